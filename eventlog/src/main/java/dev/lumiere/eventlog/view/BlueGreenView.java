package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A view in whose place another can come while it is read: folded beside it, by a changed
 * projection or by the same anew, it takes over between two reads when it has come as far, and the
 * old one is deleted. Each is in a numbered folder; the file {@code live} names the one that is
 * read. A process that is killed meanwhile finds the old one or the new one, and deletes the other.
 *
 * @see <a href="https://martinfowler.com/bliki/BlueGreenDeployment.html">Fowler, Blue Green
 *     Deployment (2010)</a>
 */
public final class BlueGreenView implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration SWITCH = Duration.ofMillis(100);

    private final Path home;
    private final EventLog log;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private volatile Live live;

    private record Live(View view, Path folder, int number) {}

    private BlueGreenView(Path home, EventLog log, Live live) {
        this.home = home;
        this.log = log;
        this.live = live;
    }

    /**
     * Opens what was read last, or what was to take its place, if it is of this version; else
     * begins anew.
     *
     * @param folder of all views; this one gets a folder there, by name
     * @throws IOException if it cannot be opened, or does not belong to this log
     */
    public static BlueGreenView open(Path folder, EventLog log, Projection projection)
            throws IOException {
        var home = folder.resolve(projection.name());
        Files.createDirectories(home);
        var numbers = numbers(home);
        var number = chosen(home, numbers, projection);
        var own = home.resolve(Integer.toString(number));
        var view = View.open(own, log, projection);
        var done = false;
        try {
            ViewFiles.write(home.resolve("live"), Integer.toString(number));
            for (var other : numbers) {
                if (other != number) {
                    ViewFiles.delete(home.resolve(Integer.toString(other)));
                }
            }
            done = true;
        } finally {
            if (!done) {
                view.close();
            }
        }
        return new BlueGreenView(home, log, new Live(view, own, number));
    }

    /** Those there are, the newest first. */
    private static List<Integer> numbers(Path home) throws IOException {
        var numbers = new ArrayList<Integer>();
        try (var files = Files.newDirectoryStream(home)) {
            for (var file : files) {
                if (file.getFileName().toString().matches("[0-9]{1,9}")) {
                    numbers.add(Integer.parseInt(file.getFileName().toString()));
                }
            }
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }

    private static int chosen(Path home, List<Integer> numbers, Projection projection)
            throws IOException {
        var live = home.resolve("live");
        var candidates = new ArrayList<Integer>();
        if (Files.exists(live)) {
            var text = Files.readString(live).strip();
            numbers.stream().filter(n -> n.toString().equals(text)).forEach(candidates::add);
        }
        candidates.addAll(numbers);
        for (var number : candidates) {
            var own = home.resolve(number.toString());
            if (Files.exists(View.folder(own, projection))) {
                return number;
            }
        }
        return numbers.isEmpty() ? 1 : numbers.getFirst() + 1;
    }

    /**
     * Folds all anew beside what is read, and puts it in its place when it has come as far. One at
     * a time.
     *
     * @param next of the same name
     * @param atMost how long; after that, or if it stops, nothing is left of it
     * @return whether it is what is read now
     * @throws IOException if it stops at an event; or if files cannot be written
     */
    public synchronized boolean replace(Projection next, Duration atMost)
            throws IOException, InterruptedException {
        if (!next.name().equals(home.getFileName().toString())) {
            throw new IllegalArgumentException("not of this view: " + next.name());
        }
        var number = live.number + 1;
        var folder = home.resolve(Integer.toString(number));
        ViewFiles.delete(folder);
        var green = new Live(View.open(folder, log, next), folder, number);
        var before = live;
        try {
            var end = System.nanoTime() + atMost.toNanos();
            while (!live.equals(green) && !log.isClosed() && System.nanoTime() - end < 0) {
                takeOverWhenCaughtUp(green);
            }
        } finally {
            var other = live.equals(green) ? before : green;
            other.view.close();
            ViewFiles.delete(other.folder);
        }
        return live.equals(green);
    }

    private void takeOverWhenCaughtUp(Live green) throws IOException, InterruptedException {
        if (green.view.waitFor(live.view.position(), PATIENCE)) {
            takeOver(green);
            return;
        }
        var stop = green.view.stopped();
        if (stop != null) {
            throw new IOException("stopped at %s: %s".formatted(stop.at(), stop.reason()));
        }
    }

    /** With no read meanwhile, and no reader put back in time. */
    private void takeOver(Live green) throws IOException, InterruptedException {
        lock.writeLock().lockInterruptibly();
        try {
            if (green.view.waitFor(live.view.position(), SWITCH)) {
                ViewFiles.write(home.resolve("live"), Integer.toString(green.number));
                live = green;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Reads it as it is at one moment.
     *
     * @throws IOException if it is closed, or cannot be read
     */
    public <T extends @Nullable Object> T read(View.Question<T> question) throws IOException {
        lock.readLock().lock();
        try {
            return live.view.read(question);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Waits until an event is taken in, so that who appended it reads what came of it.
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

    /** Up to where events are taken in. */
    public PositionVector position() {
        return live.view.position();
    }

    /** How many events there are that are not taken in. */
    public long lag() {
        return live.view.lag();
    }

    /** Why it does not follow any more; null while it does. */
    public View.@Nullable Stop stopped() {
        return live.view.stopped();
    }

    /** Goes on after a stop. */
    public void resume() throws InterruptedException {
        live.view.resume();
    }

    /** After a replacement that goes on. */
    @Override
    public synchronized void close() {
        live.view.close();
    }
}
