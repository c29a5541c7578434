package dev.lumiere.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.eventlog.Batch.Found;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a batch is decided on: what the device holds, and what is being written to it. Those who
 * append look for their ids in the device themselves, before their turn, so that the one who
 * decides need only look at the batches since.
 *
 * <p>For one thread at a time, but for {@link #lookFor}.
 */
final class Recent implements Batch.Known {
    private static final int KNOWN_STREAMS = 100_000;
    private static final int KEPT_BATCHES = 8;

    private final LogDevice device;
    private final Cache<StreamId, Long> versions =
            Caffeine.newBuilder().maximumSize(KNOWN_STREAMS).executor(Runnable::run).build();
    private final Map<Integer, Long> written = new HashMap<>();

    /** The ids of the last batches that were written, the last one first. */
    private final Deque<Map<UUID, Found>> kept = new ArrayDeque<>();

    private final AtomicLong readable = new AtomicLong();
    private @Nullable Batch writing;

    /**
     * Reads where the partitions end.
     *
     * @throws IOException if they cannot be read
     */
    Recent(LogDevice device, List<Integer> partitions) throws IOException {
        this.device = device;
        for (var partition : partitions) {
            written.put(partition, device.last(partition));
        }
    }

    /** The last position of each partition that is durable. */
    Map<Integer, Long> last() {
        return written;
    }

    /**
     * Looks in the device for the ids of an append.
     *
     * @return its {@link Wish#absentAt}
     */
    long lookFor(Append append) {
        var since = readable.get();
        try {
            for (var change : append.changes()) {
                for (var event : change.events()) {
                    if (device.recall(event.id()) != null) {
                        return Wish.NOT_LOOKED;
                    }
                }
            }
        } catch (IOException _) {
            return Wish.NOT_LOOKED; // who decides meets it as well, and tells
        }
        return since;
    }

    /** That is being written; null for nothing. */
    void writing(@Nullable Batch batch) {
        writing = batch;
    }

    @Nullable Batch writing() {
        return writing;
    }

    /** That is written, so that the device has it. */
    void written(Batch batch) {
        versions.putAll(batch.changed());
        written.putAll(batch.last());
        kept.addFirst(batch.ids());
        if (kept.size() > KEPT_BATCHES) {
            kept.removeLast();
        }
        readable.incrementAndGet();
        writing = null;
    }

    @Override
    public long last(int partition) {
        var last = writing == null ? null : writing.last().get(partition);
        return last != null ? last : written.getOrDefault(partition, 0L);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        var version = writing == null ? null : writing.changed().get(stream);
        if (version == null) {
            version = versions.getIfPresent(stream);
        }
        if (version == null) {
            version = device.version(stream);
            versions.put(stream, version);
        }
        return version;
    }

    @Override
    public @Nullable Found find(UUID id, long absentAt) throws IOException {
        var found = writing == null ? null : writing.ids().get(id);
        if (found != null) {
            return found;
        }
        return absentAt >= 0 && absentAt >= readable.get() - kept.size()
                ? kept(id)
                : inDevice(device.recall(id));
    }

    @Override
    public @Nullable Found findForCertain(UUID id) throws IOException {
        var found = writing == null ? null : writing.ids().get(id);
        return found != null ? found : inDevice(device.find(id));
    }

    private @Nullable Found kept(UUID id) {
        for (var ids : kept) {
            var found = ids.get(id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Found inDevice(Event.@Nullable Place place) throws IOException {
        if (place == null) {
            return null;
        }
        var only = new LogDevice.Bound(1, 0);
        var event = device.read(place.partition(), place.position(), only).getFirst();
        return new Found(event.stream(), place);
    }
}
