package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.UnreadableEventException;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog of which this node has some partitions, as {@link Placement} says, and asks others
 * for the rest: who has a partition, then who had it before. An object that nobody tells of is read
 * from the log, whose last event of it says all; a list then has to wait.
 */
final class PartitionedCatalog implements CatalogIndex {
    private static final Duration EACH = Duration.ofSeconds(1);

    /** So long who did not answer is asked after all others, unless it answers again. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    /** Who has not answered for so long when it is not waited for any more does not answer. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private static final Duration END_WITHIN = Duration.ofSeconds(30);

    /** After that nobody else is asked the same. */
    private static final Duration AT_MOST = Duration.ofSeconds(4);

    /** After that an upload does not wait any more for what its bucket has. */
    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(2);

    private static final Duration USAGE_AGE = Duration.ofSeconds(1);

    /** Nodes that may have it still, besides those that should. */
    private static final int MAX_ASKED = 8;

    /** Objects that are read from the log at once. */
    private static final int MAX_READS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionedCatalog.class);

    private final EventLog log;
    private final Part common;
    private final Placement placement;
    private final HeldPartitions held;
    private final CatalogPeers peers;
    private final List<CatalogPartition> all;

    /** By partition: who owns it, and who did before. */
    private final Map<Integer, Owners> owners = new ConcurrentHashMap<>();

    /**
     * By address, on the clock of {@link System#nanoTime}: nodes that are asked last until then.
     */
    private final Map<String, Long> silentUntil = new ConcurrentHashMap<>();

    private final Semaphore reads = new Semaphore(MAX_READS);
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("catalog-partitions").daemon().factory());

    private record Owners(String now, @Nullable String before) {
        Owners then(String owner) {
            return owner.equals(now) ? this : new Owners(owner, now);
        }
    }

    /** Takes what it should have, once it is started. */
    PartitionedCatalog(
            EventLog log,
            Part common,
            Placement placement,
            HeldPartitions held,
            CatalogPeers peers) {
        this.log = log;
        this.common = common;
        this.placement = placement;
        this.held = held;
        this.peers = peers;
        all =
                IntStream.range(0, log.partitions())
                        .<CatalogPartition>mapToObj(AnyHolder::new)
                        .toList();
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::adjust, 0, EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void adjust() {
        try {
            var wanted = new HashSet<Integer>();
            for (var partition = 0; partition < log.partitions(); partition++) {
                var owner = log.owner(partition);
                if (owner != null) {
                    owners.merge(
                            partition, new Owners(owner, null), (known, _) -> known.then(owner));
                }
                if (placement.holders(partition).contains(log.address())) {
                    wanted.add(partition);
                }
            }
            held.adjust(wanted);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it is closed
        } catch (IOException | RuntimeException | Error e) { // whatever it is, it is tried again
            if (!thread.isShutdown()) {
                LOG.warn("partitions of the catalog stay as they are: {}", String.valueOf(e));
            }
        }
    }

    /** What is to be asked of somebody. */
    private interface Question<T extends @Nullable Object> {
        T ask(CatalogPartition partition) throws IOException, InterruptedException;
    }

    /** A partition, of whoever has it. */
    private final class AnyHolder implements CatalogPartition {
        private final int partition;

        AnyHolder(int partition) {
            this.partition = partition;
        }

        /**
         * Asks who has it, this node first.
         *
         * @param here up to where its own view must be; null for as far as that has come
         */
        private <T extends @Nullable Object> T ask(
                Question<T> question, @Nullable PositionVector here)
                throws IOException, InterruptedException {
            var failures = new ArrayList<IOException>();
            var own = held.ready(partition);
            if (own != null) {
                try {
                    return question.ask(here == null ? own.objects() : own.objects().upTo(here));
                } catch (IOException e) {
                    LOG.debug("partition {} is asked of others", partition, e);
                    failures.add(e);
                }
            }
            var begin = System.nanoTime();
            for (var address : addresses()) {
                if (System.nanoTime() - begin > AT_MOST.toNanos()) {
                    break;
                }
                var asked = System.nanoTime();
                try {
                    var answer = question.ask(peers.partition(address, partition, log.end()));
                    silentUntil.remove(address);
                    return answer;
                } catch (NotHeldException e) {
                    failures.add(e);
                } catch (IOException e) {
                    LOG.warn("partition {} of the catalog: {}", partition, String.valueOf(e));
                    isSilentNow(address);
                    failures.add(e);
                } catch (InterruptedException e) { // whoever wants to know has waited enough
                    if (System.nanoTime() - asked > SLOW.toNanos()) {
                        isSilentNow(address);
                    }
                    throw e;
                }
            }
            throw nobody(failures);
        }

        private IOException nobody(List<IOException> failures) {
            var why =
                    failures.isEmpty()
                            ? "nobody is known to"
                            : failures.stream()
                                    .map(each -> String.valueOf(each.getMessage()))
                                    .collect(Collectors.joining("; "));
            var nobody =
                    new IOException(
                            "nobody has partition %d of the catalog ready: %s"
                                    .formatted(partition, why));
            failures.forEach(nobody::addSuppressed);
            return nobody;
        }

        private void isSilentNow(String address) {
            silentUntil.put(address, System.nanoTime() + SILENCE.toNanos());
        }

        private boolean isSilent(String address) {
            var until = silentUntil.get(address);
            return until != null && System.nanoTime() - until < 0;
        }

        /** Who may have it, those first who should, those last who have just not answered. */
        private List<String> addresses() throws IOException {
            var addresses = new LinkedHashSet<>(placement.holders(partition));
            var known = owners.get(partition);
            if (known != null) {
                addresses.add(known.now);
                if (known.before != null) {
                    addresses.add(known.before);
                }
            }
            placement.nodes(partition).stream().limit(MAX_ASKED).forEach(addresses::add);
            addresses.remove(log.address());
            return addresses.stream().sorted(Comparator.comparing(this::isSilent)).toList();
        }

        @Override
        public @Nullable CatalogObject find(String bucket, String key)
                throws IOException, InterruptedException {
            return this.<@Nullable CatalogObject>ask(holder -> holder.find(bucket, key), null);
        }

        @Override
        public Catalog.Page page(Listing listing, String marker)
                throws IOException, InterruptedException {
            return ask(holder -> holder.page(listing, marker), log.end());
        }

        @Override
        public Set<BlobId> referredTo(Collection<BlobId> blobs)
                throws IOException, InterruptedException {
            return ask(holder -> holder.referredTo(blobs), log.end());
        }

        @Override
        public Usage usage(String bucket) throws IOException, InterruptedException {
            return ask(holder -> holder.usage(bucket), log.end());
        }
    }

    @Override
    public @Nullable CatalogObject find(String bucket, String key)
            throws IOException, InterruptedException {
        var stream = ObjectEvent.stream(bucket, key);
        try {
            return all.get(log.partition(stream)).find(bucket, key);
        } catch (IOException e) {
            LOG.debug("an object is read from the log", e);
        }
        if (!reads.tryAcquire()) {
            throw new IOException("too many objects are read from the log at once");
        }
        try {
            return inLog(stream);
        } finally {
            reads.release();
        }
    }

    /** As far as the log can be read here. */
    private @Nullable CatalogObject inLog(StreamId stream) throws IOException {
        var last = log.readStreamBackwards(stream, Long.MAX_VALUE, 1);
        if (last.isEmpty()) {
            return null;
        }
        var data = last.getFirst().data();
        ObjectEvent event;
        try {
            event = ObjectEvent.TYPES.event(data);
        } catch (UnreadableEventException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (event == null) {
            throw new IOException("a newer release wrote " + data.type());
        }
        return ObjectEvent.after(event);
    }

    @Override
    public Catalog.Page page(Listing listing, String marker)
            throws IOException, InterruptedException {
        listing.check(marker);
        return new MergedPages(listing, all.size()).page(all, marker);
    }

    @Override
    public Set<BlobId> referredTo(Collection<BlobId> blobs)
            throws IOException, InterruptedException {
        var found = new HashSet<BlobId>();
        for (var partition : all) {
            found.addAll(partition.referredTo(blobs));
        }
        return found;
    }

    /** The sum of all partitions, which are asked at once. */
    @Override
    public Usage usage(String bucket) throws IOException, InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asking =
                    all.stream()
                            .<Callable<Usage>>map(partition -> () -> partition.usage(bucket))
                            .toList();
            var sum = Usage.NONE;
            var within = COUNTED_WITHIN.toMillis();
            for (var each : threads.invokeAll(asking, within, TimeUnit.MILLISECONDS)) {
                sum = sum.plus(each.get());
            }
            return sum;
        } catch (CancellationException e) {
            throw new IOException("not all partitions told within " + COUNTED_WITHIN, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
        }
    }

    @Override
    public Duration usageAge() {
        return USAGE_AGE;
    }

    @Override
    public Part common() {
        return common;
    }

    @Override
    public List<Part> parts() {
        var parts = new ArrayList<Part>(held.ready());
        parts.add(common);
        return parts;
    }

    @Override
    public List<View> views() {
        var views = new ArrayList<View>(held.views());
        views.add(common.view());
        return views;
    }

    @Override
    public @Nullable Part held(int partition) {
        return held.ready(partition);
    }

    @Override
    public View.@Nullable Stop stopped() {
        return common.view().stopped(); // others are asked in place of a partition that stops
    }

    @Override
    public boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException {
        var here = held.ready(place.partition());
        return common.view().waitFor(place, atMost)
                && (here == null || here.view().waitFor(place, atMost));
    }

    @Override
    public boolean waitFor(PositionVector position, Duration atMost) throws InterruptedException {
        for (var part : parts()) {
            if (!part.view().waitFor(position, atMost)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a partition of the catalog is still being opened");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        held.close();
        common.view().close();
    }
}
