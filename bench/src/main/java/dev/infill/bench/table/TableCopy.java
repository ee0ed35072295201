package dev.infill.bench.table;

import dev.infill.bench.server.BenchServer;
import dev.infill.protocol.Identifier;
import java.sql.Connection;
import java.sql.SQLException;

/** A database with a table that is filled once and thrown away. */
public final class TableCopy implements AutoCloseable {
    /** The column to add. */
    public static final String COLUMN = "total_cents";

    /** What it is to hold. */
    public static final String EXPRESSION = "(total * 100)::bigint";

    // Streams of a part that was closed in good order end at once; the server notices a killed one within its timeout.
    private static final String DROP_SLOTS =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '%s'";

    private static final String PREWARM = """
            SELECT sum(pg_prewarm(part)) FROM pg_class c,
              LATERAL (SELECT c.oid AS part UNION ALL SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = c.oid
                       UNION ALL SELECT c.reltoastrelid WHERE c.reltoastrelid <> 0) parts
            WHERE c.oid = 'public.orders'::regclass""";

    private final BenchServer server;
    private final String name;
    private final TableShape shape;

    TableCopy(BenchServer server, String name, TableShape shape) {
        this.server = server;
        this.name = name;
        this.shape = shape;
    }

    /** The database. */
    public String name() {
        return name;
    }

    /** What the table was made as. */
    public TableShape shape() {
        return shape;
    }

    /** The address for a program. */
    public String url() {
        return server.url(name);
    }

    /** A session in the database. */
    public Connection connect(String applicationName) throws SQLException {
        return server.connect(name, applicationName);
    }

    /** Adds the column, empty. */
    public void addColumn() throws SQLException {
        execute("ALTER TABLE public.orders ADD COLUMN " + COLUMN + " bigint");
    }

    /** Runs statements, each in its own transaction. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect("bench");
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Brings everything into memory and everything changed to disk, so that no candidate pays for what came before it. */
    public void settle() throws SQLException {
        execute(PREWARM, "CHECKPOINT");
    }

    @Override
    public void close() throws SQLException {
        server.administer(DROP_SLOTS.formatted(name));
        server.administer("DROP DATABASE " + Identifier.quote(name) + " WITH (FORCE)");
    }
}
