package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.Patience.Limits;
import dev.infill.coordinator.migration.Patience.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Limits LIMITS = Limits.DEFAULT;
    private static final Duration TRY = Duration.ofMillis(200);

    private static List<Next> failures(int count, Duration made, Random chance) {
        List<Next> all = new ArrayList<>();
        Patience patience = Patience.FRESH;
        for (int i = 0; i < count; i++) {
            Next next = patience.afterFailure(made, chance.nextDouble(), LIMITS);
            all.add(next);
            patience = next.patience();
        }
        return all;
    }

    @Test
    void waitsLongerAfterEachFailureUpToABound() {
        List<Next> all = failures(20, Duration.ZERO, new Random(7) {
            private static final long serialVersionUID = 1L;

            @Override
            public double nextDouble() {
                return 0.5;
            }
        });

        assertThat(all.subList(0, 6))
                .extracting(next -> next.rest().toMillis())
                .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L);
        assertThat(all.subList(6, 20)).allMatch(next -> next.rest().equals(LIMITS.longest()));
    }

    @Test
    void theSameSeedWaitsTheSameAndNoTwoWaitsAreInStep() {
        List<Next> once = failures(50, Duration.ZERO, new Random(1));
        List<Next> again = failures(50, Duration.ZERO, new Random(1));

        assertThat(once).isEqualTo(again);
        assertThat(once.subList(10, 50))
                .extracting(Next::rest)
                .doesNotHaveDuplicates()
                .allMatch(wait -> wait.compareTo(LIMITS.longest().dividedBy(2)) >= 0
                        && wait.compareTo(LIMITS.longest().multipliedBy(3).dividedBy(2)) <= 0);
    }

    @Test
    void stopsForLongWhenTheApplicationWasMadeToWaitLongEnough() {
        List<Next> all = failures(20, TRY, new Random(3));

        assertThat(all.subList(0, 9)).noneMatch(Next::paused);
        assertThat(all.get(9).paused()).isTrue();
        assertThat(all.get(9).rest()).isGreaterThanOrEqualTo(LIMITS.pause().dividedBy(2));
        assertThat(all.get(19).paused()).isTrue(); // the count begins anew
        assertThat(all.subList(10, 19)).noneMatch(Next::paused);
    }

    @Test
    void theApplicationNeverWaitsMoreThanTheBoundAndOneTryBetweenTwoPauses() {
        Duration endured = Duration.ZERO;
        for (Next next : failures(500, Duration.ofMillis(190), new Random(11))) {
            endured = endured.plus(Duration.ofMillis(190));

            assertThat(endured).isLessThanOrEqualTo(LIMITS.bound().plusMillis(190));

            endured = next.paused() ? Duration.ZERO : endured;
        }
    }

    @Test
    void whatNobodyWaitedForIsTriedForEver() {
        assertThat(failures(1000, Duration.ZERO, new Random(5))).noneMatch(Next::paused);
    }
}
