package dev.infill.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    private static Database parse(String url, Map<String, String> environment) {
        return new DatabaseUrl(environment).parse("shop", url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres://", "postgresql://", "jdbc:postgresql://"})
    void knowsTheFormsOfAnAddress(String scheme) {
        Database database = parse(scheme + "app:s%3Acret@db.example:6432/shop?sslmode=require", Map.of());

        assertThat(database.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/shop");
        assertThat(database.properties())
                .containsEntry("user", "app")
                .containsEntry("password", "s:cret")
                .containsEntry("sslmode", "require");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres://", "postgresql://", "jdbc:postgresql:///", "postgres://?connectTimeout=5"})
    void takesWhatIsMissingFromTheEnvironment(String url) {
        Map<String, String> environment = Map.of(
                "PGHOST",
                "db.example",
                "PGPORT",
                "6432",
                "PGDATABASE",
                "shop",
                "PGUSER",
                "app",
                "PGPASSWORD",
                "secret",
                "PGSSLMODE",
                "verify-full");

        Database database = parse(url, environment);

        assertThat(database.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/shop");
        assertThat(database.properties())
                .containsEntry("user", "app")
                .containsEntry("password", "secret")
                .containsEntry("sslmode", "verify-full");
    }

    @Test
    void whatStandsInTheAddressIsStrongerThanTheEnvironment() {
        Map<String, String> environment =
                Map.of("PGHOST", "elsewhere", "PGPORT", "1", "PGUSER", "other", "PGDATABASE", "x");

        Database database = parse("postgres://app@db.example:6432/shop", environment);

        assertThat(database.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/shop");
        assertThat(database.properties()).containsEntry("user", "app");
    }

    @Test
    void aDatabaseIsNamedLikeItsUserWhereNothingElseIsSaid() {
        assertThat(parse("postgres://app@db.example", Map.of()).jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:5432/app");
    }

    @Test
    void severalHostsStandAsTheyAre() {
        assertThat(parse("postgres://app@one:5432,two:5433/shop", Map.of()).jdbcUrl())
                .isEqualTo("jdbc:postgresql://one:5432,two:5433/shop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://app:hush@db.example/shop",
                "postgres://app:hu sh@db.example/shop",
                "postgres://app:hush@db.example/shop?socketFactory=evil.Factory"
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> parse(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .doesNotContain("hush")
                .doesNotContain("hu sh");
    }
}
