package dev.infill.coordinator.check;

import dev.infill.coordinator.check.FindingsIT.Case;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every finding that a specification can bring about by itself; all of the same table, for a check leaves nothing behind. */
@ExtendWith(ClusterExtension.class)
class SpecificationFindingsIT {
    @BeforeAll
    static void create(TestDatabase database) throws SQLException {
        database.execute(Checked.ORDERS);
    }

    static Stream<Case> written() {
        return FindingsIT.cases().filter(found -> found.statements().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("written")
    void findsWhatASpecificationBrings(Case found, TestDatabase database) throws SQLException {
        FindingsIT.isFound(found, database);
    }
}
