package dev.infill.testkit;

import java.sql.SQLException;

/** A PostgreSQL server that many tests share. */
public interface PostgresCluster extends AutoCloseable {
    /** The major version. */
    int version();

    /** For the superuser, as is {@link #url}. */
    String jdbcUrl(String database);

    String url(String database);

    /** Creates a database that no other test sees; closing it drops it. */
    default TestDatabase freshDatabase() throws SQLException {
        return TestDatabase.create(this);
    }

    @Override
    void close();
}
