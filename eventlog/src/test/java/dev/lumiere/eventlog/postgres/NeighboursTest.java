package dev.lumiere.eventlog.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.postgres.Neighbours.Elder;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final UUID SELF = new UUID(0, 1);
    private static final String HERE = "http://127.0.0.1:8081";
    private final Neighbours neighbours = new Neighbours(SELF, HERE);

    private static LeaseTable.Node node(int id, String address, int expires) {
        return new LeaseTable.Node(
                new UUID(0, id),
                address,
                OffsetDateTime.parse("2026-11-29T12:00:00Z").plusSeconds(expires));
    }

    @Test
    void whoWasKilledAndStartedAgainIsNotAnotherNode() {
        var before = node(2, HERE, 5);
        for (var i = 0; i < 3; i++) {
            assertThat(neighbours.elder(List.of(before))).isEqualTo(Elder.UNCERTAIN);
        }
        assertThat(neighbours.elder(List.of())).isEqualTo(Elder.NONE);
        assertThat(neighbours.complaints(List.of(before, node(1, HERE, 8)))).isEmpty();
    }

    @Test
    void whoSaysAgainThatItLivesIsAnotherNode() {
        assertThat(neighbours.elder(List.of(node(2, HERE, 5)))).isEqualTo(Elder.UNCERTAIN);
        assertThat(neighbours.elder(List.of(node(2, HERE, 7)))).isEqualTo(Elder.LIVES);
    }

    @Test
    void twoThatBeganAtTheSameTimeComplainOnce() {
        assertThat(neighbours.complaints(List.of(node(1, HERE, 5), node(2, HERE, 6)))).isEmpty();
        var living = List.of(node(1, HERE, 7), node(2, HERE, 8));
        assertThat(neighbours.complaints(living))
                .singleElement()
                .asString()
                .contains("publishes the address " + HERE + " too");
        assertThat(neighbours.complaints(living)).isEmpty();
    }

    @Test
    void aLoopbackAddressAmongOthersIsToldOnce() {
        var other = node(2, "http://10.0.0.7:8081", 5);
        var local = node(3, "http://localhost:8082", 5);
        var living = List.of(node(1, HERE, 5), other, local);
        assertThat(neighbours.complaints(living))
                .singleElement()
                .asString()
                .contains(HERE, "http://10.0.0.7:8081", "log.address");
        assertThat(neighbours.complaints(living)).isEmpty();
    }

    @Test
    void loopbackIsKnownByItsName() {
        for (var loopback : List.of(HERE, "http://localhost:1", "http://[::1]:8081")) {
            assertThat(Neighbours.isLoopback(loopback)).as(loopback).isTrue();
        }
        for (var other : List.of("http://10.0.0.1:1", "http://127.example.org", "a", "", "b c")) {
            assertThat(Neighbours.isLoopback(other)).as(other).isFalse();
        }
    }

    @Test
    void whoTakesNothingFromOthersHasNoAddress() {
        var silent = new Neighbours(SELF, "");
        for (var expires = 5; expires < 7; expires++) {
            var living = List.of(node(2, "", expires), node(3, HERE, expires), node(1, "", 9));
            assertThat(silent.elder(living)).isEqualTo(Elder.NONE);
            assertThat(silent.complaints(living)).isEmpty();
        }
    }
}
