package dev.lumiere.storage.bucket;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The buckets of a log in a view of their own, in which nothing is. */
final class BucketsAlone implements AutoCloseable {
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final EventLog log;
    private final View view;
    private final CatchUp others;
    private final BucketCatalog buckets;

    private record Buckets(KnownBuckets known) implements Projection {
        @Override
        public String name() {
            return "buckets";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) {
            if (event.stream().category().equals(BucketEvent.CATEGORY)) {
                BucketIndex.apply(event, index, known);
            }
        }
    }

    /** Opens or begins the view. */
    BucketsAlone(Path views, EventLog log) throws IOException, InterruptedException {
        this.log = log;
        var known = new KnownBuckets();
        view = View.open(views, log, new Buckets(known));
        view.read(index -> {
            BucketIndex.tell(index, known);
            return true;
        });
        others = new CatchUp(log, view);
        buckets =
                new BucketCatalog(
                        _ -> false,
                        new Histories<>(
                                log,
                                view,
                                others,
                                BucketEvent.TYPES,
                                () -> Instant.EPOCH,
                                UUID::randomUUID),
                        new Histories<>(
                                log,
                                view,
                                others,
                                DomainEvent.TYPES,
                                () -> Instant.EPOCH,
                                UUID::randomUUID),
                        known,
                        _ -> false,
                        () -> Instant.EPOCH);
    }

    BucketCatalog catalog() {
        return buckets;
    }

    BucketDomains domains() {
        return buckets.domains();
    }

    /** Learns what other nodes have done. */
    void catchUp() throws InterruptedException {
        others.now();
    }

    /** Waits for all that is in the log. */
    boolean awaitAll() throws InterruptedException {
        return view.waitFor(log.end(), AT_MOST);
    }

    @Override
    public void close() {
        view.close();
    }
}
