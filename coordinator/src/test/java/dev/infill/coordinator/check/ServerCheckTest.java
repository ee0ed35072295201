package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.check.ServerCheck.Server;
import dev.infill.protocol.status.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** For servers that are not at hand. */
class ServerCheckTest {
    @Test
    void refusesServersBefore14() {
        assertThat(codes(new Server(130_021, "logical", 10, 10, false, "10GB", 5, 5, false)))
                .containsExactly("server-version-unsupported");
    }

    @Test
    void saysThatAServerIsNewerThanTheTests() {
        assertThat(codes(new Server(190_000, "logical", 10, 10, false, "10GB", 5, 5, false)))
                .containsExactly("server-version-untested");
    }

    @Test
    void refusesAStandby() {
        assertThat(codes(new Server(180_000, "logical", 10, 10, true, "10GB", 5, 5, false)))
                .containsExactly("server-is-standby");
    }

    @Test
    void needsNoFreeSlotWhereItsOwnIsThere() {
        assertThat(codes(new Server(180_000, "logical", 10, 10, false, "10GB", 0, 0, true)))
                .isEmpty();
    }

    private static List<String> codes(Server server) {
        Findings findings = new Findings();
        ServerCheck.judge(server, findings);
        return findings.sorted().stream().map(Finding::code).toList();
    }
}
