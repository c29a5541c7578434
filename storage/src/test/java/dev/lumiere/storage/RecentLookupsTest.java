package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.RecentLookups.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RecentLookupsTest {
    private static final Name NAME = new Name("pictures", "a.jpg");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RecentLookups lookups = new RecentLookups(10, Duration.ofSeconds(5), () -> now);
    private final AtomicInteger sought = new AtomicInteger();

    private Lookup find(Supplier<Lookup> search, boolean remembersNothing) {
        return lookups.find(
                NAME,
                () -> {
                    sought.incrementAndGet();
                    return search.get();
                },
                remembersNothing);
    }

    @Test
    void whatWasFoundIsRememberedForAWhile() {
        find(Lookup.Disabled::new, true);
        assertThat(find(Lookup.NoSuchKey::new, true)).isEqualTo(new Lookup.Disabled());
        assertThat(lookups.atHand(NAME)).isEqualTo(new Lookup.Disabled());

        now = now.plusSeconds(5);
        assertThat(lookups.atHand(NAME)).isNull();
        assertThat(find(Lookup.NoSuchKey::new, true)).isEqualTo(new Lookup.NoSuchKey());
        assertThat(sought).hasValue(2);
    }

    @Test
    void thatThereIsNothingOnlyWhereThatIsWanted() {
        assertThat(find(Lookup.NoSuchKey::new, false)).isEqualTo(new Lookup.NoSuchKey());
        assertThat(find(Lookup.NoSuchKey::new, true)).isEqualTo(new Lookup.NoSuchKey());
        assertThat(find(Lookup.Disabled::new, true)).isEqualTo(new Lookup.NoSuchKey());
        assertThat(sought).hasValue(2);
    }

    @Test
    void aFailureIsToldAndNotRemembered() {
        var away = Problem.unavailable("away", Duration.ofSeconds(1)).refused();
        assertThatThrownBy(() ->
                        find(
                                () -> {
                                    throw away;
                                },
                                true))
                .isSameAs(away);
        assertThat(lookups.atHand(NAME)).isNull();
        assertThat(find(Lookup.Disabled::new, true)).isEqualTo(new Lookup.Disabled());
    }

    @Test
    void whatIsForgottenIsSoughtAgain() {
        find(Lookup.Disabled::new, true);
        lookups.forget(NAME);
        assertThat(lookups.atHand(NAME)).isNull();
        find(Lookup.Disabled::new, true);
        assertThat(sought).hasValue(2);
    }
}
