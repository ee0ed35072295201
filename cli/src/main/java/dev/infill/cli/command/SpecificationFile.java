package dev.infill.cli.command;

import dev.infill.cli.config.ConfigFile;
import dev.infill.specification.SpecificationReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A specification as somebody wrote it.
 *
 * @param name of the file, as it was typed
 */
record SpecificationFile(String name, String text) {
    static SpecificationFile read(Path file) {
        return new SpecificationFile(file.toString(), ConfigFile.text(file));
    }

    /** Where a field stands, as compilers write it, with the blank before what follows; empty where no field is meant. */
    String place(@Nullable String field) {
        return field == null ? "" : name + ":" + SpecificationReader.line(text, field) + ": ";
    }
}
