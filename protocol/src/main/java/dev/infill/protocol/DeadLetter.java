package dev.infill.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row that PostgreSQL refused to write; never its values. */
public record DeadLetter(
        String migration,
        TableName table,
        Key key,
        String sqlState,
        @Nullable String constraint,
        Instant at) {}
