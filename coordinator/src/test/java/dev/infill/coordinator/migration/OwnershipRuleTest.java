package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.OwnershipRule.Refusal;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OwnershipRuleTest {
    private static Optional<String> code(Stage stage, Ownership from, Ownership to, boolean force) {
        return OwnershipRule.refusal(stage, from, to, force).map(Refusal::code);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void bothMayWriteFromTheBeginOn(Stage stage) {
        assertThat(code(stage, Ownership.DERIVED, Ownership.DUAL, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CHECK, too-early", "FILL, too-early", "INDEX, too-early", "SYNC,", "ENFORCE,"})
    void theApplicationOwnsNoColumnThatIsNotProven(Stage stage, String code) {
        assertThat(code(stage, Ownership.DERIVED, Ownership.APPLICATION, true)).isEqualTo(Optional.ofNullable(code));
        assertThat(code(stage, Ownership.DUAL, Ownership.APPLICATION, false)).isEqualTo(Optional.ofNullable(code));
    }

    @ParameterizedTest
    @CsvSource({"APPLICATION, DERIVED", "APPLICATION, DUAL", "DUAL, DERIVED"})
    void backIsDangerousAndSaysWhatWouldBeLost(Ownership from, Ownership to) {
        Refusal refusal = OwnershipRule.refusal(Stage.SYNC, from, to, false).orElseThrow();

        assertThat(refusal.code()).isEqualTo("would-overwrite");
        assertThat(refusal.canBeForced()).isTrue();
        assertThat(refusal.why()).contains("on purpose", "overwritten", "force");
        assertThat(code(Stage.SYNC, from, to, true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"VERIFY, not-now", "ENFORCE, too-late", "COMPLETE, too-late"})
    void someStagesCantGoBackByForceEither(Stage stage, String code) {
        assertThat(code(stage, Ownership.DUAL, Ownership.DERIVED, true)).contains(code);
    }

    @Test
    void whatItIsAlreadyItMayBe() {
        assertThat(code(Stage.ENFORCE, Ownership.DUAL, Ownership.DUAL, false)).isEmpty();
    }
}
