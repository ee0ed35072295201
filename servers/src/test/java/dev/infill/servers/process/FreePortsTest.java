package dev.infill.servers.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void findsAPortThatOutgoingConnectionsDoNotGet() {
        assertThat(FreePorts.next()).isBetween(20_000, 32_000);
    }

    @Test
    void seesThatAPortIsTaken() throws IOException {
        int port = FreePorts.next();

        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
        }
        assertThat(FreePorts.isFree(port)).isTrue();
    }
}
