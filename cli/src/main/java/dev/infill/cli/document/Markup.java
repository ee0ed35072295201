package dev.infill.cli.document;

/** HTML text that is being written. What comes from a report is escaped on its way in. */
final class Markup {
    private final StringBuilder html = new StringBuilder();

    /** Markup as it is; never what comes from a report. */
    Markup raw(String markup) {
        html.append(markup);
        return this;
    }

    /** Text. */
    Markup text(String text) {
        html.append(escaped(text));
        return this;
    }

    /** An element with text in it. */
    Markup element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name.replaceFirst(" .*", "") + ">");
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
