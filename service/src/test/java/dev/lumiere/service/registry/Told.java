package dev.lumiere.service.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A watch's listener that a test asks what it was told. */
public final class Told implements Consumer<Change> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();

    @Override
    public void accept(Change change) {
        changes.add(change);
    }

    /** What it was told next; waits for it. */
    public Change next() throws InterruptedException {
        var change = changes.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        assertThat(change).as("a change within %s", PATIENCE).isNotNull();
        return change;
    }

    /** Whether it was told nothing more so far. */
    public boolean isQuiet() {
        return changes.isEmpty();
    }

    public void thenMembers(Instance... instances) throws InterruptedException {
        assertThat(next()).isEqualTo(new Change.Members(List.of(instances)));
    }

    public void thenUp(Instance instance) throws InterruptedException {
        assertThat(next()).isEqualTo(new Change.Up(instance));
    }

    public void thenDown(Instance instance, Change.Cause cause) throws InterruptedException {
        assertThat(next()).isEqualTo(new Change.Down(instance, cause));
    }
}
