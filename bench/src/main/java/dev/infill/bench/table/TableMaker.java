package dev.infill.bench.table;

import dev.infill.bench.server.BenchServer;
import dev.infill.protocol.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Builds the table of a shape once, and gives out copies of it. */
public final class TableMaker implements AutoCloseable {
    private static final String TABLE = """
            CREATE TABLE public.orders (
              id %s PRIMARY KEY,
              customer_id bigint NOT NULL,
              total numeric(12,2) NOT NULL,
              note text NOT NULL,
              created_at timestamptz NOT NULL%s
            ) WITH (fillfactor = %d, autovacuum_enabled = false)""";

    private static final String ROWS = """
            INSERT INTO public.orders
            SELECT %s, (random() * 1e6)::bigint, (random() * 10000)::numeric(12,2), repeat(md5(g::text), 3),
                   timestamptz '2026-01-01' - random() * interval '900 days'%s
            FROM generate_series(1, %d) g""";

    private static final List<String> INDEXES = List.of(
            "customer_id",
            "created_at",
            "note",
            "customer_id, created_at",
            "created_at, customer_id",
            "note, customer_id",
            "note, created_at",
            "customer_id, note");

    /** As many as there are. */
    static final int MOST_INDEXES = INDEXES.size();

    private final BenchServer server;
    private final AtomicInteger copies = new AtomicInteger();
    private @Nullable String template;

    /** @param server that holds templates and copies */
    public TableMaker(BenchServer server) {
        this.server = server;
    }

    /** A fresh copy that nobody has touched; the caller closes it. One template is kept at a time. */
    public TableCopy copy(TableShape shape) throws SQLException {
        if (!shape.template().equals(template)) {
            forget();
            build(shape);
            template = shape.template();
        }
        String name = "run_" + copies.incrementAndGet();
        server.administer("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy"
                .formatted(Identifier.quote(name), Identifier.quote(shape.template())));
        return new TableCopy(server, name, shape);
    }

    private void build(TableShape shape) throws SQLException {
        server.administer("CREATE DATABASE " + Identifier.quote(shape.template()));
        try (Connection connection = server.connect(shape.template(), "bench");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION pg_prewarm");
            statement.execute("CREATE EXTENSION pgstattuple");
            statement.execute("CREATE EXTENSION pg_stat_statements");
            statement.execute(TABLE.formatted(shape.key().word(), shape.width().columns(), shape.fillfactor()));
            // The same rows each time.
            statement.execute("SELECT setseed(0.5)");
            statement.execute(
                    ROWS.formatted(shape.key().ofNumber(), shape.width().columnValues(), shape.rows()));
            for (String columns : INDEXES.subList(0, shape.indexes())) {
                statement.execute("CREATE INDEX ON public.orders (" + columns + ")");
            }
            statement.execute("VACUUM (FREEZE, ANALYZE) public.orders");
        }
    }

    private void forget() throws SQLException {
        if (template != null) {
            server.administer("DROP DATABASE IF EXISTS " + Identifier.quote(template) + " WITH (FORCE)");
            template = null;
        }
    }

    @Override
    public void close() throws SQLException {
        forget();
    }
}
