package dev.infill.cli.demo;

import dev.infill.cli.demo.Judge.Judgement;
import dev.infill.cli.demo.Latencies.Latency;
import dev.infill.protocol.status.MigrationReport;
import org.jspecify.annotations.Nullable;

/**
 * What the demo showed.
 *
 * @param right whether nothing at all is wrong
 * @param migration the product's own report
 * @param judgement what statements found that share nothing with the product
 * @param comparison null unless somebody asked for it
 */
public record DemoReport(
        boolean right,
        MigrationReport migration,
        Judgement judgement,
        Application application,
        @Nullable Comparison comparison) {

    /**
     * What the application felt.
     *
     * @param failedWrites that it was told have failed
     * @param during from the migration's begin to its end
     * @param filling the part of it that was spent filling and verifying
     */
    public record Application(int writesPerSecond, long failedWrites, Latency before, Latency during, Latency filling) {
        private static final double LEAST_MILLIS = 10;
        private static final double FACTOR = 1.5;

        /** The 99th percentile that Infill promises not to go beyond while it fills. */
        public double promisedMillis() {
            return Math.max(LEAST_MILLIS, FACTOR * before.p99Millis());
        }

        /** Whether the application's latency was what is promised. */
        boolean isWithinPromise() {
            return filling.p99Millis() <= promisedMillis();
        }
    }

    /** Puts both sides together. */
    static DemoReport of(
            MigrationReport migration, Judgement judgement, Application application, @Nullable Comparison comparison) {
        boolean right = judgement.isClean()
                && migration.outcome().equals("complete")
                && migration.rows().mismatches() == 0
                && migration.rows().rejected() == 0
                && application.failedWrites() == 0;
        return new DemoReport(right, migration, judgement, application, comparison);
    }
}
