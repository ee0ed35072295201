package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shown to newcomers is read as they would have it read. */
class ExamplesTest {
    private static final Path FOLDER = Path.of("..", "examples");

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsASpecificationByItsFilesName(Path example) throws IOException {
        Specification specification = SpecificationReader.read(Files.readString(example));

        assertThat(example.getFileName()).hasToString(specification.migration() + ".yaml");
    }

    private static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }
}
