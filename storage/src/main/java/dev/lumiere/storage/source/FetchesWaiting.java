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
 * The fetches that have not ended, or whose end is still to be told, by account, in the order in
 * which they were asked for: a view of the log.
 */
public final class FetchesWaiting implements AutoCloseable {
    /** More than are let in. */
    private static final int MAX = 10 * WaitingRoom.PLACES;

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
     * @param account whose it is
     * @param nextAt when it is tried again, in milliseconds since 1970; 0 if it was not tried yet
     * @param isFetched whether only who asked is to be told
     */
    record Waiting(String account, UUID id, long nextAt, boolean isFetched) {
        private static Waiting of(Index.Entry entry) {
            var key = entry.key();
            var id = key.lastIndexOf('/');
            var isFetched = entry.value().startsWith(Queue.FETCHED);
            var nextAt = entry.value().substring(isFetched ? Queue.FETCHED.length() : 0);
            return new Waiting(
                    key.substring(Queue.WAITING.length(), key.lastIndexOf('/', id - 1)),
                    UUID.fromString(key.substring(id + 1)),
                    Long.parseLong(nextAt),
                    isFetched);
        }
    }

    /** All of them; of each account the oldest first. */
    List<Waiting> all() throws IOException {
        return view.read(index -> index.scan(Queue.WAITING, "", MAX)).stream()
                .map(Waiting::of)
                .toList();
    }

    @Override
    public void close() {
        view.close();
    }

    /**
     * {@code w<account>/<time>/<id>} is when it is tried again, after a {@code t} when who asked is
     * told; {@code k<id>} is that key, as later events do not tell the account.
     */
    private static final class Queue implements Projection {
        static final String WAITING = "w";
        static final String FETCHED = "t";
        private static final String KEY = "k";

        @Override
        public String name() {
            return "fetches-waiting";
        }

        @Override
        public int version() {
            return 3;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            if (!event.stream().category().equals(FetchEvent.CATEGORY)) {
                return;
            }
            var id = event.stream().key();
            switch (FetchEvent.TYPES.event(event.data())) {
                case FetchEvent.FetchRequested asked -> {
                    var key =
                            "%s%s/%014d/%s"
                                    .formatted(WAITING, asked.account(), asked.requestedAt(), id);
                    index.put(KEY + id, key);
                    index.put(key, "0");
                }
                case FetchEvent.FetchFailed failed ->
                        put(id, Long.toString(failed.nextAt()), index);
                case FetchEvent.FetchUntold untold -> put(id, FETCHED + untold.nextAt(), index);
                case FetchEvent.FetchEnded _ -> {
                    var key = index.get(KEY + id);
                    if (key != null) {
                        index.delete(key);
                        index.delete(KEY + id);
                    }
                }
                case null -> {}
            }
        }

        private static void put(String id, String value, Index index) throws IOException {
            var key = index.get(KEY + id);
            if (key != null) {
                index.put(key, value);
            }
        }
    }
}
