package dev.infill.worker.transform;

/** Application code can't do what the migration asks of it, and will not be able to until a person has looked. */
public final class TransformUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransformUnavailableException(String message) {
        super(message);
    }
}
