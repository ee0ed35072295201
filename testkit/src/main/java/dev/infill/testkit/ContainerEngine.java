package dev.infill.testkit;

import java.util.function.BooleanSupplier;
import org.testcontainers.DockerClientFactory;

/** What runs containers, if anything does. */
final class ContainerEngine {
    private ContainerEngine() {}

    static void require() {
        require(() -> DockerClientFactory.instance().isDockerAvailable());
    }

    /** Fails: a test that was asked for and did not run must not look like one that passed. */
    static void require(BooleanSupplier answers) {
        if (!answers.getAsBoolean()) {
            throw new IllegalStateException("-Dclusters=containers was asked for, but no container engine answers:"
                    + " start one or set DOCKER_HOST, or leave the property out to use embedded servers");
        }
    }
}
