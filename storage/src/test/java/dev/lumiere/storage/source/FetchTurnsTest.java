package dev.lumiere.storage.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.source.FetchesWaiting.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FetchTurnsTest {
    private final FetchTurns turns = new FetchTurns();
    private final List<Waiting> waiting = new ArrayList<>();

    private List<Waiting> add(String account, int count) {
        var added = new ArrayList<Waiting>();
        for (var i = 0; i < count; i++) {
            added.add(new Waiting(account, UUID.randomUUID(), 0, false));
        }
        waiting.addAll(added);
        return added;
    }

    private String next() {
        return Objects.requireNonNull(turns.begin(waiting)).account();
    }

    /** Also that it is not waiting any more. */
    private void end(Waiting ended) {
        waiting.remove(ended);
        turns.end(ended.id());
    }

    @Test
    void accountsTakeTurnsWhoeverCameFirst() {
        add("a", 10);
        add("b", 2);
        add("c", 1);

        assertThat(List.of(next(), next(), next(), next(), next(), next()))
                .containsExactly("a", "b", "c", "a", "b", "a");
    }

    @Test
    void anAccountBeginsWithTheOldestAndHasNoMoreThanItsPart() {
        var own = add("a", 10);
        for (var i = 0; i < FetchTurns.MOST_OF_ONE; i++) {
            assertThat(turns.begin(waiting)).isEqualTo(own.get(i));
        }
        assertThat(turns.begin(waiting)).isNull();

        end(own.getFirst());
        assertThat(turns.begin(waiting)).isEqualTo(own.get(FetchTurns.MOST_OF_ONE));
        assertThat(turns.begin(waiting)).isNull();
    }

    @Test
    void whoHasWaitedLongestForATurnGetsTheNextPlace() {
        var begun = new ArrayList<Waiting>();
        for (var account : List.of("a", "b", "c", "d")) {
            add(account, 100);
        }
        for (var i = 0; i < FetchTurns.AT_ONCE; i++) {
            begun.add(Objects.requireNonNull(turns.begin(waiting)));
        }
        add("e", 1);
        assertThat(turns.begin(waiting)).isNull();

        end(begun.getFirst());
        assertThat(next()).isEqualTo("e");
        end(begun.get(4));
        assertThat(next()).isEqualTo("a");
    }

    @Test
    void whatIsAheadIsWhatBeginsBefore() {
        var a = add("a", 6);
        var b = add("b", 1);
        var c = add("c", 3);
        assertThat(turns.begin(waiting)).isEqualTo(a.getFirst()); // so b is next

        assertThat(turns.ahead(a.getFirst().id(), waiting)).isZero();
        assertThat(turns.ahead(b.getFirst().id(), waiting)).isEqualTo(1);
        assertThat(turns.ahead(c.getFirst().id(), waiting)).isEqualTo(2);
        assertThat(turns.ahead(a.get(1).id(), waiting)).isEqualTo(3);
        assertThat(turns.ahead(c.get(1).id(), waiting)).isEqualTo(4);
        assertThat(turns.ahead(a.get(4).id(), waiting)).isEqualTo(8);
        assertThat(turns.ahead(UUID.randomUUID(), waiting)).isEqualTo(-1);
    }
}
