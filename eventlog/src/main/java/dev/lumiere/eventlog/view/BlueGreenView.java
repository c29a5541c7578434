package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.view.Generations.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A view that can be read while a changed projection is folded. What the release before has left is
 * read as it is, or follows the log with that release's projection if it is given, until the new
 * one has come as far; then the new one takes its place between two reads, and the old one is
 * deleted. A process that is killed at any moment goes on from there. Who reads sees by {@link
 * Index#version} which of the two it is. The folder is one process's.
 *
 * @see <a href="https://martinfowler.com/bliki/BlueGreenDeployment.html">Fowler, Blue Green
 *     Deployment (2010)</a>
 */
public final class BlueGreenView implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(BlueGreenView.class);

    private final String name;
    private final Generations generations;
    private final EventLog log;
    private final Projection projection;
    private volatile Side live;
    private volatile @Nullable Side next;
    private @Nullable Thread switching;

    private record Side(View view, Generation generation) {}

    /**
     * Opens what was read last. If that is of another version it stays as it is, while the
     * projection is folded beside it.
     *
     * @param folder of all views; this one gets a folder there, by name
     * @throws IOException if it cannot be opened, or is not of this log, or of what was in it
     *     before it was restored to a position; then it is folded anew if its folder is deleted
     */
    public static BlueGreenView open(Path folder, EventLog log, Projection projection)
            throws IOException, InterruptedException {
        return new BlueGreenView(folder, log, projection, null);
    }

    /**
     * The same, but what was read last follows the log meanwhile if it is of the previous
     * projection.
     *
     * @param previous of the same name and another version
     */
    public static BlueGreenView open(
            Path folder, EventLog log, Projection projection, Projection previous)
            throws IOException, InterruptedException {
        if (!previous.name().equals(projection.name())
                || previous.version() == projection.version()) {
            throw new IllegalArgumentException(
                    "%s is not another version of %s"
                            .formatted(Form.of(previous), Form.of(projection)));
        }
        return new BlueGreenView(folder, log, projection, previous);
    }

    private BlueGreenView(
            Path folder, EventLog log, Projection projection, @Nullable Projection previous)
            throws IOException, InterruptedException {
        this.log = log;
        this.projection = projection;
        name = projection.name();
        generations = new Generations(folder.resolve(Form.of(projection).name()));
        Side opened = null;
        var done = false;
        try {
            opened = opened(generations.live(), previous);
            live = opened;
            var beside = generations.beside(opened.generation, projection.version());
            generations.keepOnly(opened.generation, beside);
            generations.makeLive(opened.generation);
            if (!beside.equals(opened.generation)) {
                var green = begun(beside);
                next = green;
                switching =
                        Thread.ofPlatform()
                                .name("view-switch-" + name)
                                .daemon()
                                .start(() -> switchWhenCaughtUp(green));
            }
            done = true;
        } finally {
            if (!done) {
                if (opened != null) {
                    opened.view.close();
                }
                generations.close();
            }
        }
    }

    /** What is read, which begins if there is nothing yet. */
    private Side opened(@Nullable Generation found, @Nullable Projection previous)
            throws IOException, InterruptedException {
        var generation = found == null ? new Generation(1, projection.version()) : found;
        var form = new Form(name, generation.version());
        Projection follows = null;
        for (var each : Arrays.asList(projection, previous)) {
            if (each != null && Form.of(each).equals(form)) {
                follows = each;
            }
        }
        var store = IndexStore.open(generations.folder(generation), form, log);
        return new Side(new View(log, store, follows), generation);
    }

    /** Goes on with what there is of it, or anew if that is of no use: nobody has read it. */
    private Side begun(Generation generation) throws IOException, InterruptedException {
        var folder = generations.folder(generation);
        IndexStore store;
        try {
            store = IndexStore.open(folder, Form.of(projection), log);
        } catch (IOException e) {
            LOG.warn("view {} is folded anew: {}", name, e.getMessage());
            generations.discard(generation);
            store = IndexStore.open(folder, Form.of(projection), log);
        }
        return new Side(new View(log, store, projection), generation);
    }

    private void switchWhenCaughtUp(Side green) {
        try {
            while (!log.isClosed()) {
                try {
                    if (green.view.waitFor(live.view.position(), PATIENCE) && switchTo(green)) {
                        return;
                    }
                } catch (IOException e) {
                    LOG.warn("view {} stays at version {}", name, version(), e);
                    TimeUnit.NANOSECONDS.sleep(PATIENCE.toNanos());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it is closed
        }
    }

    /**
     * What was seen of the old one is in the new one, in memory and on disk, before that is read.
     *
     * @return whether it is
     */
    private boolean switchTo(Side green) throws IOException, InterruptedException {
        var blue = live;
        blue.view.pause();
        try {
            if (!green.view.waitFor(blue.view.position(), PATIENCE)) {
                return false;
            }
            green.view.sync();
            generations.makeLive(green.generation);
            live = green;
            next = null;
        } finally {
            if (live.equals(blue)) {
                blue.view.goOn();
            }
        }
        LOG.info("view {} is of version {} now", name, version());
        blue.view.close();
        try {
            generations.discard(blue.generation);
        } catch (IOException e) {
            LOG.warn("view {}: {} is left", name, generations.folder(blue.generation), e);
        }
        return true;
    }

    /** Of the projection that made what is read now. */
    public int version() {
        return live.view.version();
    }

    /**
     * Reads it as it is at one moment.
     *
     * @param question asked again if the index changes while it fails
     * @throws IOException if it is closed, or cannot be read
     */
    public <T extends @Nullable Object> T read(View.Question<T> question) throws IOException {
        while (true) {
            var asked = live;
            try {
                return asked.view.read(question);
            } catch (IOException e) {
                if (asked.equals(live)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Waits until an event is taken in, so that who appended it reads what came of it. Where what
     * is read does not follow the log, that is when the new one takes its place.
     *
     * @return whether it is
     */
    public boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException {
        var end = System.nanoTime() + atMost.toNanos();
        while (true) {
            var waited = live;
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (waited.view.waitFor(place, left)) {
                return true;
            }
            if (waited.equals(live)) {
                return false;
            }
        }
    }

    /** Up to where events are taken in by what is read now. */
    public PositionVector position() {
        return live.view.position();
    }

    /** How many events there are that are not taken in by what is read now. */
    public long lag() {
        return live.view.lag();
    }

    /**
     * Why what is read, or else what is to take its place, does not follow the log any more; null
     * while nothing has stopped.
     */
    public View.@Nullable Stop stopped() {
        var stop = live.view.stopped();
        var coming = next;
        return stop == null && coming != null ? coming.view.stopped() : stop;
    }

    /** Goes on after a stop. */
    public void resume() throws InterruptedException {
        live.view.resume();
        var coming = next;
        if (coming != null) {
            coming.view.resume();
        }
    }

    /** What is not folded to the end goes on when it is opened again. */
    @Override
    public synchronized void close() throws IOException {
        var thread = switching;
        if (thread != null) {
            Folding.end(thread);
        }
        live.view.close();
        var coming = next;
        if (coming != null) {
            coming.view.close();
        }
        generations.close();
    }
}
