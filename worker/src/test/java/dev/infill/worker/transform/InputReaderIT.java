package dev.infill.worker.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.transform.Row;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(ClusterExtension.class)
class InputReaderIT {
    @ParameterizedTest
    @MethodSource("types")
    void aColumnIsGivenAsTheTypeThatTheRowPromises(String sql, Object expected, TestDatabase database)
            throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 'hash', " + sql + " AS given, NULL::"
                        + sql.substring(sql.indexOf("::") + 2) + " AS missing")) {
            InputReader reader = new InputReader(rows, 2);
            rows.next();
            Row row = reader.row();

            assertThat(row.get("given", expected.getClass())).isEqualTo(expected);
            assertThat(row.get("missing", Object.class)).isNull();
        }
    }

    private static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of("7::smallint", 7),
                Arguments.of("7::integer", 7),
                Arguments.of("7::bigint", 7L),
                Arguments.of("1.50::numeric", new BigDecimal("1.50")),
                Arguments.of("0.5::real", 0.5f),
                Arguments.of("0.5::float8", 0.5d),
                Arguments.of("true::boolean", true),
                Arguments.of("'a'::text", "a"),
                Arguments.of("'a'::varchar(5)", "a"),
                Arguments.of("'\\xff00'::bytea", new byte[] {-1, 0}),
                Arguments.of("'00000000-0000-0000-0000-000000000001'::uuid", new UUID(0, 1)),
                Arguments.of("'2026-01-02'::date", LocalDate.of(2026, 1, 2)),
                Arguments.of("'03:04:05'::time", LocalTime.of(3, 4, 5)),
                Arguments.of("'2026-01-02 03:04:05'::timestamp", LocalDateTime.of(2026, 1, 2, 3, 4, 5)),
                Arguments.of(
                        "'2026-01-02 03:04:05+00'::timestamptz",
                        OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.UTC)),
                Arguments.of("'{\"a\": 1}'::jsonb", "{\"a\": 1}"),
                Arguments.of("'{1,2}'::integer[]", "{1,2}"),
                Arguments.of("'12.50'::money", "$12.50"));
    }
}
