package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.status.Finding;
import org.junit.jupiter.api.Test;

class TriggerCheckTest {
    @Test
    void readsWhichColumnsATriggerSets() {
        String source = "BEGIN NEW.updated_at := now(); new . \"Total\" = 1; IF new.note == 'x' THEN END IF; END";

        assertThat(TriggerCheck.assigned(source)).containsExactly("Total", "updated_at");
    }

    @Test
    void seesThroughAPooler() {
        Findings direct = new Findings();
        Findings pooled = new Findings();

        SurroundingsCheck.judgePooler(4711, 4711, direct);
        SurroundingsCheck.judgePooler(4711, 815, pooled);

        assertThat(direct.sorted()).isEmpty();
        assertThat(pooled.sorted()).extracting(Finding::code).containsExactly("pooler");
    }
}
