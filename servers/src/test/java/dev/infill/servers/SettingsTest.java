package dev.infill.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.servers.process.ServerException;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void refuseWhatNoServerTakesAndNameIt() {
        assertRefused("PostgreSQL 13", () -> PostgresSettings.defaults().withVersion(13));
        assertRefused("got 70000", () -> PostgresSettings.defaults().withPort(70_000));
        assertRefused("got 3", () -> PostgresSettings.defaults().withWalSegmentMegabytes(3));
        assertRefused("got 2048", () -> PostgresSettings.defaults().withWalSegmentMegabytes(2048));
        assertRefused("got -1", () -> BrokerSettings.defaults().withPort(-1));
        assertRefused("got 64", () -> BrokerSettings.defaults().withHeapMegabytes(64));
    }

    private static void assertRefused(String words, Runnable settings) {
        assertThatThrownBy(settings::run).isInstanceOf(ServerException.class).hasMessageContaining(words);
    }

    @Test
    void addParametersToThoseBefore() {
        var settings = PostgresSettings.defaults()
                .withParameter("a", "1")
                .withVersion(16)
                .withParameter("b", "2");

        assertThat(settings.parameters()).containsEntry("a", "1").containsEntry("b", "2");
        assertThat(settings.version()).isEqualTo(16);
    }
}
