package dev.lumiere.storage.source;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The fetches that have not ended, in the order in which they were asked for: a view of the log.
 */
public final class FetchesWaiting implements AutoCloseable {
    private final View view;

    private FetchesWaiting(View view) {
        this.view = view;
    }

    /**
     * Opens it, or begins it.
     *
     * @param folder of views
     */
    public static FetchesWaiting open(Path folder, EventLog log)
            throws IOException, InterruptedException {
        return new FetchesWaiting(View.open(folder, log, new Queue()));
    }

    /** By which it is known how far it is. */
    public View view() {
        return view;
    }

    /**
     * One of them.
     *
     * @param nextAt when it is tried again, in milliseconds since 1970; 0 if it was not tried yet
     */
    record Waiting(UUID id, long nextAt) {}

    /** The first so many. */
    List<Waiting> first(int max) throws IOException {
        return view.read(index -> index.scan(Queue.PREFIX, "", max)).stream()
                .map(entry ->
                        new Waiting(
                                UUID.fromString(
                                        entry.key().substring(entry.key().indexOf('/') + 1)),
                                Long.parseLong(entry.value())))
                .toList();
    }

    @Override
    public void close() {
        view.close();
    }

    /** {@code w<time>/<id>} is when it is tried again. */
    private static final class Queue implements Projection {
        static final String PREFIX = "w";

        @Override
        public String name() {
            return "fetches-waiting";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) {
            if (!event.stream().category().equals(FetchEvent.CATEGORY)) {
                return;
            }
            var change = FetchEvent.TYPES.event(event.data());
            if (change == null) {
                return;
            }
            var key = "%s%014d/%s".formatted(PREFIX, change.requestedAt(), event.stream().key());
            switch (change) {
                case FetchEvent.FetchRequested _ -> index.put(key, "0");
                case FetchEvent.FetchFailed failed ->
                        index.put(key, Long.toString(failed.nextAt()));
                case FetchEvent.FetchEnded _ -> index.delete(key);
            }
        }
    }
}
