package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "round(total * 100)::bigint",
                "'a;b)' || \"col;(\"",
                "'it''s; fine'",
                "E'a\\';b('",
                "$$a;b)$$ || $x$ $$ ; $x$",
                "a /* ; ) /* nested ( */ ; */ + 1",
                "a -- ; )",
                "a$1 + 1",
                "data ? 'x' and data ->> 'y;' = 'z'"
            })
    void letsOneExpressionPass(String text) {
        assertThat(ExpressionText.look(text).problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1; drop table orders", "$$a$$; 1", "e; 'x'", "'a'';' ; 1"})
    void refusesSeveralStatements(String text) {
        assertThat(ExpressionText.look(text).severalStatements()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1), other = (2", "(1", "'open", "\"open", "$x$ open $y$", "/* open", "E'open\\'"})
    void refusesWhatBreaksOut(String text) {
        assertThat(ExpressionText.look(text).problem()).isPresent();
        assertThat(ExpressionText.look(text).severalStatements()).isFalse();
    }

    @Test
    void seesASubqueryButNotInAString() {
        assertThat(ExpressionText.look("(SELECT 1)").hasSubquery()).isTrue();
        assertThat(ExpressionText.look("'select' || \"select\"").hasSubquery()).isFalse();
    }
}
