package dev.infill.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void writesNumbersAsPeopleReadThem() {
        assertThat(Words.count(1, "row")).isEqualTo("1 row");
        assertThat(Words.count(1_234_567, "row")).isEqualTo("1,234,567 rows");
        assertThat(Words.millis(0.844)).isEqualTo("0.84 ms");
        assertThat(Words.millis(480.4)).isEqualTo("480 ms");
        assertThat(Words.millis(2100)).isEqualTo("2.1 s");
        assertThat(Words.bytes(512)).isEqualTo("512 bytes");
        assertThat(Words.bytes(313_524_224)).isEqualTo("299 MB");
        assertThat(Words.bytes(5L << 40)).isEqualTo("5.0 TB");
        assertThat(Words.seconds(250)).isEqualTo("4 min 10 s");
        assertThat(Words.seconds(25_380)).isEqualTo("7 h 3 min");
        assertThat(Words.seconds(190_800)).isEqualTo("2 d 5 h");
        assertThat(Words.duration(Duration.ofMillis(2449))).isEqualTo("2.4 s");
        assertThat(Words.percent(0.999)).isEqualTo("99 %");
    }
}
