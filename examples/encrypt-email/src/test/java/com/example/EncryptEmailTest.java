package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.transform.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptEmailTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void anAddressIsAlwaysTheSameCiphertextAndComesBack() throws Exception {
        EncryptEmail transform = transform();
        byte[] first = Objects.requireNonNull(transform.value(row("a@example.com")));

        assertThat(transform.value(row("a@example.com"))).isEqualTo(first);
        assertThat(transform.value(row("b@example.com"))).isNotEqualTo(first);
        assertThat(transform.decrypt(first)).isEqualTo("a@example.com");
    }

    @Test
    void noAddressHasNoValueAndWhatIsNoneIsRefused() throws Exception {
        EncryptEmail transform = transform();

        assertThat(transform.value(row(null))).isNull();
        assertThatThrownBy(() -> transform.value(row("nobody"))).isInstanceOf(IllegalArgumentException.class);
    }

    private EncryptEmail transform() throws IOException {
        return new EncryptEmail(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
    }

    private static Row row(@Nullable String email) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("email", email);
        return new Row(values);
    }
}
