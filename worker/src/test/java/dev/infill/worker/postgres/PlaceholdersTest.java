package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '#',
            value = {
                "body ?| x # body ??| x",
                "a ? 'b?' # a ?? 'b?'",
                "\"c?\" ?& d # \"c?\" ??& d",
                "E'it\\'s?' ? x # E'it\\'s?' ?? x",
                "$$why?$$ ? x # $$why?$$ ?? x",
                "$t$a$$?$t$ ? x # $t$a$$?$t$ ?? x",
                "x /* ? /* ? */ ? */ ? y # x /* ? /* ? */ ? */ ?? y",
                "x -- ? # x -- ?",
                "a - b / c $1 ? d # a - b / c $1 ?? d",
                "'open? # 'open?"
            })
    void doublesOnlyWhatTheDriverWouldTakeForAParameter(String expression, String escaped) {
        assertThat(Placeholders.escaped("(" + expression)).isEqualTo("(" + escaped);
    }
}
