package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.storage.rule.Quota;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Of a bucket that others have, so that it is not counted each time. */
class RoomTest {
    private static final Quota TEN = new Quota(10, -1);

    private Duration age = Duration.ofDays(1);
    private int counts;
    private long bytes = 10;
    private Callable<Boolean> caughtUp = () -> false;
    private final Room room = new Room("pictures", new Elsewhere());

    private final class Elsewhere implements Room.Counting {
        @Override
        public Usage count() {
            counts++;
            return new Usage(bytes, 1);
        }

        @Override
        public Duration age() {
            return age;
        }

        @Override
        public boolean catchUp() {
            try {
                return caughtUp.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aRefusalRestsOnACountThatWasBegunAfterAllThatOthersDid() throws Exception {
        age = Duration.ofMillis(500);
        room.require(TEN, new Usage(0, 1));
        caughtUp =
                () -> {
                    bytes = 9;
                    return true;
                };
        room.require(TEN, new Usage(1, 1));
        assertThatThrownBy(() -> room.require(TEN, new Usage(2, 1)))
                .hasMessageContaining("9 of 10 bytes are used, 2 more do not fit");
    }

    @Test
    void whereOthersDidNothingItIsNotCountedAgain() throws Exception {
        for (var i = 0; i < 3; i++) {
            assertThatThrownBy(() -> room.require(TEN, new Usage(1, 1)))
                    .hasMessageContaining("10 of 10 bytes");
        }
        assertThat(counts).isEqualTo(1);
    }
}
