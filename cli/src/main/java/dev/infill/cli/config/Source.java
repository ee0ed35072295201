package dev.infill.cli.config;

import dev.infill.cli.outcome.UserError;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The file that is being read.
 *
 * @param file as the operator typed it
 * @param environment where secrets come from
 */
record Source(String file, Map<String, String> environment) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    UserError error(@Nullable Node node, String field, String what) {
        String line = node == null ? "" : ":" + (node.getStartMark().getLine() + 1);
        return UserError.usage(file + line + ": " + field + " " + what);
    }

    String resolve(ScalarNode scalar, String field) {
        Matcher matcher = REFERENCE.matcher(scalar.getValue());
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = environment.get(name);
            if (value == null) {
                throw error(scalar, field, "takes the environment variable " + name + ", which is not set; set it");
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }
}
