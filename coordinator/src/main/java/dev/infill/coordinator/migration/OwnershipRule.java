package dev.infill.coordinator.migration;

import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import java.util.Optional;

/** Decides whether an operator may give the column another owner now. */
public final class OwnershipRule {
    private OwnershipRule() {}

    /**
     * Why not.
     *
     * @param code stable, for programs
     * @param canBeForced whether it is only dangerous
     */
    public record Refusal(String code, String why, boolean canBeForced) {}

    /** Why the ownership may not be moved; empty: it may. */
    public static Optional<Refusal> refusal(Stage stage, Ownership from, Ownership to, boolean force) {
        if (to == from) {
            return Optional.empty();
        }
        if (to.compareTo(from) > 0) {
            return forward(stage, to);
        }
        Optional<Refusal> never = back(stage);
        return never.isPresent() || force ? never : Optional.of(dangerous(from, to));
    }

    private static Optional<Refusal> forward(Stage stage, Ownership to) {
        return to == Ownership.APPLICATION && stage.compareTo(Stage.SYNC) < 0
                ? Optional.of(new Refusal(
                        "too-early",
                        "what the application owns is not filled, and the fill is not over: in " + stage.word()
                                + " the ownership may be dual at most",
                        false))
                : Optional.empty();
    }

    private static Optional<Refusal> back(Stage stage) {
        return switch (stage) {
            case VERIFY ->
                Optional.of(new Refusal(
                        "not-now",
                        "rows are being compared by the present rule; move the ownership back when verify is over",
                        false));
            case ENFORCE, COMPLETE ->
                Optional.of(new Refusal(
                        "too-late",
                        "gate writes is open and constraints are being put in force for a column that the application"
                                + " writes",
                        false));
            case CHECK, EXPAND, CAPTURE, FILL, INDEX, SYNC -> Optional.empty();
        };
    }

    private static Refusal dangerous(Ownership from, Ownership to) {
        String lost = switch (to) {
            case DERIVED ->
                "every value that the application wrote on purpose and that is not the expression's would be"
                        + " overwritten, by the next repair of its row or by the verification that follows";
            case DUAL, APPLICATION ->
                "every NULL that the application wrote on purpose would be overwritten where the expression has a"
                        + " value";
        };
        return new Refusal(
                "would-overwrite",
                "from " + from.word() + " back to " + to.word() + " " + lost + "; if that is what you want, use force",
                true);
    }
}
