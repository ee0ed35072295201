package dev.infill.specification;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A specification that says something wrong, with the place and a way out. */
public final class SpecificationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String sentence;
    private final transient Place place;
    private final String field;
    private final @Nullable String suggestion;

    SpecificationException(String code, String sentence, Place place, String field, @Nullable String suggestion) {
        super(sentence);
        this.code = code;
        this.sentence = sentence;
        this.place = place;
        this.field = field;
        this.suggestion = suggestion;
    }

    /** The place, what is wrong and the near miss in one line. */
    @Override
    public String getMessage() {
        return "line " + place.line() + ", column " + place.column() + ": " + advice();
    }

    /** What is wrong and the near miss, for whoever tells the place in another way. */
    public String advice() {
        return sentence + (suggestion == null ? "" : "; did you mean '" + suggestion + "'?");
    }

    /** A place in the specification's text, both from 1. */
    public record Place(int line, int column) {
        static final Place START = new Place(1, 1);
    }

    /** Stable, like {@code unknown-field}. */
    public String code() {
        return code;
    }

    /** What is wrong and what is expected; neither place nor suggestion. */
    public String sentence() {
        return sentence;
    }

    /** The line, from 1. */
    public int line() {
        return place.line();
    }

    /** The column of the text, from 1. */
    public int column() {
        return place.column();
    }

    /** The path of the field, like {@code indexes[0].columns}; empty where the text as a whole is meant. */
    public String field() {
        return field;
    }

    /** The near miss. */
    public Optional<String> suggestion() {
        return Optional.ofNullable(suggestion);
    }
}
