package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZonePreferenceTest {
    @Test
    void allStaysAtHomeWhereTheShareSuffices() {
        assertThat(ZonePreference.shares(new int[] {3, 3, 3})).containsExactly(1, 0, 0);
        assertThat(ZonePreference.shares(new int[] {5, 1})).containsExactly(1, 0);
        assertThat(ZonePreference.shares(new int[] {6})).containsExactly(1);
    }

    @Test
    void whatASmallZoneCannotTakeGoesWhereThereIsRoom() {
        // A sixth of the instances for a third of the callers: half may stay.
        var shares = ZonePreference.shares(new int[] {1, 2, 3});

        assertThat(shares).containsExactly(new double[] {0.5, 0, 0.5}, within(1e-9));
    }

    @Test
    void aZoneWithoutInstancesSendsAllAwayAndFloodsNobody() {
        var shares = ZonePreference.shares(new int[] {0, 4, 8});

        assertThat(shares[0]).isZero();
        assertThat(shares[1]).isZero(); // has its own callers to serve
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
    }
}
