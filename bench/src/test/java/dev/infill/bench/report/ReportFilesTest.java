package dev.infill.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.bench.table.TableShape;
import dev.infill.protocol.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportFilesTest {
    private static final List<Label> TITLES =
            List.of(new Label("one-update", "one `UPDATE`"), new Label("infill-2", "Infill, 2 workers"));

    private final ReportFiles files = new ReportFiles(TITLES);

    @TempDir
    private Path folder;

    private static Results results(double seconds) {
        return Sample.results(Sample.result(
                TableShape.parse("bigint-3", 500_000),
                Sample.took("one-update", 1, 10),
                Sample.took("infill-2", 1, seconds),
                Sample.took("infill-2", 2, seconds + 1)));
    }

    @Test
    void renewsItsSectionAndLeavesTheRestOfThePageAlone() throws IOException {
        Path page = Files.writeString(
                folder.resolve("performance.md"),
                "# Ours\n\nBefore.\n\n<!-- begin: infill bench, headline -->\nold\n<!-- end: infill bench, headline -->\n\nAfter.\n");

        files.intoPage(page, results(2));
        files.intoPage(page, results(3));

        assertThat(page)
                .content()
                .startsWith("# Ours\n\nBefore.\n\n<!-- begin")
                .endsWith("-->\n\nAfter.\n")
                .doesNotContain("old", "2.00 s (")
                .contains("| Infill, 2 workers | 3.50 s (3.00–4.00) |", "](performance/headline-bigint-3.svg)");
        assertThat(folder.resolve("performance").resolve("headline-bigint-3.svg"))
                .exists();
    }

    @Test
    void addsASectionThatIsNotThereYet() throws IOException {
        Path page = folder.resolve("performance.md");

        files.intoPage(page, results(2));

        assertThat(page).content().startsWith("# Performance\n\n<!-- begin: infill bench, headline -->\n");
    }

    @Test
    void writesWhatWasMeasuredForPrograms() throws IOException {
        files.into(folder, results(2));

        Results read = Json.read(Files.readString(folder.resolve("results.json")), Results.class);
        assertThat(read).isEqualTo(results(2));
    }

    @Test
    void drawsBarsThatAProgramCanRead() throws Exception {
        files.into(folder, results(2));

        String svg = Files.readString(folder.resolve("bigint-3.svg"));
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(2 * 4);
        assertThat(svg).contains("prefers-color-scheme: dark", "Infill, 2 workers");
    }
}
