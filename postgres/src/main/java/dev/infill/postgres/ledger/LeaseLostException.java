package dev.infill.postgres.ledger;

/** Another coordinator leads now: whatever was being done must end without a trace. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(String holder, long epoch) {
        super("coordinator " + holder + " lost the lease of epoch " + epoch);
    }
}
