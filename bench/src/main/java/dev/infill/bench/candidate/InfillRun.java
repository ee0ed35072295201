package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.TableCopy;
import dev.infill.protocol.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Infill as anybody runs it: {@code infill run … --until verify}, in a process of its own with a broker of its own.
 *
 * @param occasion what it is to show
 */
public record InfillRun(Program program, int workers, Occasion occasion) implements Candidate {
    private static final String MIGRATION = "bench";

    private static final String SPECIFICATION = """
            migration: %s
            database: bench
            table: public.orders
            column: {name: %s, type: bigint}
            fill:
              expression: %s
              keep: derived
            gates: {reads: manual, writes: manual}
            """.formatted(MIGRATION, TableCopy.COLUMN, TableCopy.EXPRESSION);

    /**
     * How Infill is started.
     *
     * @param command that a command's arguments are added to
     * @param folder for its files, one folder a run
     * @param pace for the specification, as YAML; null: what holds by default
     */
    public record Program(
            List<String> command, Path folder, @Nullable String pace) {
        public Program {
            command = List.copyOf(command);
        }
    }

    @Override
    public String name() {
        return "infill-" + workers + occasion.suffix();
    }

    @Override
    public String title() {
        return "Infill, " + workers + (workers == 1 ? " worker" : " workers") + occasion.title();
    }

    @Override
    public boolean repairs() {
        return true;
    }

    @Override
    public void prepare(TableCopy copy) throws SQLException {
        occasion.prepare(copy);
    }

    @Override
    public Times fill(TableCopy copy, Meter meter) throws SQLException, IOException {
        Path folder = program.folder().resolve(copy.name());
        Files.createDirectories(folder);
        Path specification = Files.writeString(folder.resolve("bench.yaml"), specification());
        List<String> arguments = List.of(
                "run",
                specification.toString(),
                "--database",
                "bench=" + copy.url(),
                "--data",
                folder.resolve("data").toString(),
                "--workers",
                Integer.toString(workers),
                "--until",
                (occasion == Occasion.REPAIR ? Stage.COMPLETE : Stage.VERIFY).word());
        try (InfillProcess process = InfillProcess.start(program.command(), arguments, folder);
                LedgerWatch ledger = new LedgerWatch(copy, MIGRATION)) {
            ledger.follow(process, meter, Stage.SYNC);
            if (occasion == Occasion.REPAIR) {
                return ledger.times(RepairProbe.keysPerSecond(copy, process));
            }
            process.awaitGoodEnd();
            return ledger.times(null);
        }
    }

    /** What is handed in. */
    String specification() {
        return program.pace() == null ? SPECIFICATION : SPECIFICATION + "pace: " + program.pace() + "\n";
    }
}
