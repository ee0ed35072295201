package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import java.sql.SQLException;

/**
 * What the best known tool does: a row trigger computes the column whenever a row is written, and a loop writes every row
 * without changing it. The application's writes go through the trigger too, so that nothing needs repair.
 */
record TouchLoop() implements Candidate {
    private static final String FLAG = "ALTER TABLE public.orders ADD COLUMN needs_fill boolean DEFAULT true";

    private static final String FUNCTION = """
            CREATE FUNCTION public.fill_up() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
              id public.orders.id%%TYPE := NEW.id;
              customer_id public.orders.customer_id%%TYPE := NEW.customer_id;
              total public.orders.total%%TYPE := NEW.total;
              note public.orders.note%%TYPE := NEW.note;
              created_at public.orders.created_at%%TYPE := NEW.created_at;
              path text;
            BEGIN
              SELECT current_setting INTO path FROM current_setting('search_path');
              IF path <> 'v2' THEN
                NEW.%s := %s;
                NEW.needs_fill := false;
              END IF;
              RETURN NEW;
            END $$""".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    private static final String TRIGGER = """
            CREATE TRIGGER fill_up BEFORE INSERT OR UPDATE ON public.orders
            FOR EACH ROW EXECUTE FUNCTION public.fill_up()""";

    private static final String BATCH = """
            WITH picked AS (
              SELECT id FROM public.orders WHERE needs_fill = true AND id > ?::%s ORDER BY id LIMIT %d FOR NO KEY UPDATE),
            touched AS (
              UPDATE public.orders o SET id = o.id FROM picked WHERE o.id = picked.id RETURNING o.id)
            SELECT id::text FROM touched ORDER BY touched.id DESC LIMIT 1""";

    @Override
    public String name() {
        return "touch-loop";
    }

    @Override
    public String title() {
        return "row trigger and touch loop, 1000 rows";
    }

    @Override
    public boolean repairs() {
        return true;
    }

    @Override
    public void prepare(TableCopy copy) throws SQLException {
        copy.addColumn();
        copy.execute(FLAG, FUNCTION, TRIGGER);
    }

    @Override
    public Times fill(TableCopy copy, Meter meter) throws SQLException {
        return Walk.to(
                copy,
                meter,
                connection -> Walk.statement(connection, BATCH, copy.shape().key()));
    }
}
