package dev.infill.cli.command;

import dev.infill.cli.outcome.UserError;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which databases there are, and what specifications call them. */
final class DatabaseOptions {
    @Option(
            names = "--database",
            paramLabel = "[NAME=]URL",
            description = {
                "The database, like postgres://user@host:5432/shop; what is missing comes from PGHOST, PGPORT, PGDATABASE,"
                        + " PGUSER, PGPASSWORD, PGSSL* and ~/.pgpass.",
                "With a name for the one that specifications use; may be given again."
            })
    private List<String> given = List.of();

    boolean isGiven() {
        return !given.isEmpty();
    }

    /** The databases; one without a name has the one that the specification uses. */
    List<Database> databases(String used, Map<String, String> environment) {
        if (given.isEmpty()) {
            throw UserError.usage(
                    "no database is given; add --database URL, like --database postgres://user@host:5432/shop");
        }
        Map<String, Database> databases = new LinkedHashMap<>();
        for (String option : given) {
            int equals = isPlain(option) ? -1 : option.indexOf('=');
            String name = equals < 0 ? used : option.substring(0, equals);
            Database database = parse(name, option.substring(equals + 1), environment);
            if (databases.put(name, database) != null) {
                throw UserError.usage("--database is given twice for '" + name + "'; name each: --database NAME=URL");
            }
        }
        if (!databases.containsKey(used)) {
            throw UserError.usage("the specification uses the database '" + used
                    + "', which is not given; add --database " + used + "=URL");
        }
        return List.copyOf(databases.values());
    }

    /** An address has an equals sign too, in its parameters. */
    private static boolean isPlain(String option) {
        int colon = option.indexOf(':');
        int equals = option.indexOf('=');
        return equals < 0 || (colon >= 0 && colon < equals);
    }

    private static Database parse(String name, String url, Map<String, String> environment) {
        try {
            return new DatabaseUrl(environment).parse(name, url);
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--database: " + e.getMessage());
        }
    }
}
