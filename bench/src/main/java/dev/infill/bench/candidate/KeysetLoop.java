package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import java.sql.SQLException;

/** The usual loop by hand: pick the next 1000 keys, lock and update them, commit. */
record KeysetLoop() implements Candidate {
    private static final String BATCH = """
            WITH picked AS (
              SELECT id FROM public.orders WHERE id > ?::%%s ORDER BY id LIMIT %%d FOR NO KEY UPDATE),
            filled AS (
              UPDATE public.orders o SET %s = %s FROM picked WHERE o.id = picked.id RETURNING o.id)
            SELECT id::text FROM filled ORDER BY filled.id DESC LIMIT 1""".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    @Override
    public String name() {
        return "keyset-loop";
    }

    @Override
    public String title() {
        return "keyset loop, 1000 rows";
    }

    @Override
    public boolean repairs() {
        return false;
    }

    @Override
    public void prepare(TableCopy copy) throws SQLException {
        copy.addColumn();
    }

    @Override
    public Times fill(TableCopy copy, Meter meter) throws SQLException {
        return Walk.to(
                copy,
                meter,
                connection -> Walk.statement(connection, BATCH, copy.shape().key()));
    }
}
