package dev.infill.worker.postgres;

/** Another worker has taken the range, or it was opened for another pass: nothing of it is ours to write any more. */
final class ClaimLostException extends Exception {
    private static final long serialVersionUID = 1;

    ClaimLostException(String message) {
        super(message);
    }
}
