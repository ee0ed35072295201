package dev.infill.cli.screen;

/** Colors, or none. */
public final class Paint {
    private static final String RESET = "\u001b[0m";

    private final boolean colors;

    /** @param colors false leaves every text as it is */
    public Paint(boolean colors) {
        this.colors = colors;
    }

    /** What is done or as it should be. */
    public String good(String text) {
        return painted("\u001b[32m", text);
    }

    /** What needs eyes. */
    public String bad(String text) {
        return painted("\u001b[31m", text);
    }

    /** What slows down or waits. */
    public String held(String text) {
        return painted("\u001b[33m", text);
    }

    /** What counts most. */
    public String strong(String text) {
        return painted("\u001b[1m", text);
    }

    /** What is to come, or beside the point. */
    public String faint(String text) {
        return painted("\u001b[2m", text);
    }

    private String painted(String code, String text) {
        return colors && !text.isEmpty() ? code + text + RESET : text;
    }
}
