package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class OlderLedgerIT {
    @Test
    void isCompletedAndItsWorkersMayGoOn(TestDatabase database) throws SQLException {
        String worker = database.name() + "_Worker";
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
            database.execute(
                    "DROP TABLE infill.writer, infill.writer_seen",
                    "ALTER TABLE infill.repair DROP COLUMN last_change_at, DROP COLUMN last_differing_at",
                    "CREATE ROLE \"" + worker + "\"",
                    "GRANT SELECT, UPDATE ON infill.range TO \"" + worker + "\"");

            LedgerSchema.createIfMissing(connection);

            assertThat(database.value("SELECT has_table_privilege('" + worker + "', 'infill.writer', 'INSERT')"
                            + " AND has_table_privilege('" + worker + "', 'infill.writer', 'UPDATE')"
                            + " AND has_table_privilege('" + worker + "', 'infill.writer_seen', 'SELECT')"
                            + " AND NOT has_table_privilege('" + worker + "', 'infill.writer_seen', 'INSERT')"))
                    .isEqualTo("t");
            assertThat(database.value("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'infill'"
                            + " AND table_name = 'repair' AND column_name IN ('last_change_at', 'last_differing_at')"))
                    .isEqualTo("2");
        } finally {
            database.execute("DROP OWNED BY \"" + worker + "\"", "DROP ROLE \"" + worker + "\"");
        }
    }
}
