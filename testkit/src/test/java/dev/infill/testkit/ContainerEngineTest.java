package dev.infill.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContainerEngineTest {
    @Test
    void failsWhenNoEngineAnswers() {
        assertThatThrownBy(() -> ContainerEngine.require(() -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no container engine answers");
    }

    @Test
    void goesOnWhenOneAnswers() {
        assertThatCode(() -> ContainerEngine.require(() -> true)).doesNotThrowAnyException();
    }
}
