package dev.lumiere.eventlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A log in one file of a {@link SimulatedDisk}: batches, each with its length and checksum, read as
 * far as they are whole. Everything is in memory besides.
 */
public final class SimulatedLogDevice implements LogDevice {
    private static final int HEAD_BYTES = 8;

    private final SimulatedDisk disk;
    private final int partitions;
    private Runnable whileWriting = () -> {};
    private final List<List<Event>> events = new ArrayList<>();
    private final Map<StreamId, List<Event>> streams = new HashMap<>();
    private final Map<UUID, Event.Place> ids = new HashMap<>();

    public SimulatedLogDevice(SimulatedDisk disk, int partitions) throws IOException {
        this.disk = disk;
        this.partitions = partitions;
        for (var i = 0; i < partitions; i++) {
            events.add(new ArrayList<>());
        }
        recover(disk.bytes());
    }

    private void recover(byte[] bytes) throws IOException {
        var end = 0;
        while (end + HEAD_BYTES <= bytes.length) {
            var head = ByteBuffer.wrap(bytes, end, HEAD_BYTES);
            var length = head.getInt();
            if (length <= 0 || end + HEAD_BYTES + length > bytes.length) {
                break;
            }
            var crc = new CRC32C();
            crc.update(bytes, end + HEAD_BYTES, length);
            if ((int) crc.getValue() != head.getInt()) {
                break;
            }
            var batch = ByteBuffer.wrap(bytes, end + HEAD_BYTES, length);
            while (batch.hasRemaining()) {
                var event = new byte[batch.getInt()];
                batch.get(event);
                add(EventCodec.decode(event, "simulated"));
            }
            end += HEAD_BYTES + length;
        }
        disk.truncate(end);
    }

    private synchronized void add(Event event) {
        events.get(event.partition()).add(event);
        streams.computeIfAbsent(event.stream(), _ -> new ArrayList<>()).add(event);
        ids.put(event.data().id(), event.place());
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public synchronized long last(int partition) {
        return events.get(partition).size();
    }

    @Override
    public synchronized long version(StreamId stream) {
        return streams.getOrDefault(stream, List.of()).size();
    }

    @Override
    public synchronized Event.@Nullable Place find(UUID id) {
        return ids.get(id);
    }

    @Override
    public void seek(Candidate candidate) throws IOException {
        candidate.granted(claim());
    }

    /** Of everything, for ever. */
    Claim claim() {
        return new Claim() {
            @Override
            public List<Integer> partitions() {
                return IntStream.range(0, partitions).boxed().toList();
            }

            @Override
            public void write(List<Event> batch) throws IOException {
                SimulatedLogDevice.this.write(batch);
            }

            @Override
            public boolean isForLife() {
                return true;
            }

            @Override
            public void release() {
                // there is nobody else
            }
        };
    }

    @Override
    public @Nullable String owner(int partition) {
        return null;
    }

    @Override
    public boolean catchUp(Duration atMost) {
        return true;
    }

    /** What happens in the middle of each write from now on. */
    void whileWriting(Runnable action) {
        whileWriting = action;
    }

    private void write(List<Event> batch) throws IOException {
        whileWriting.run();
        var encoded = batch.stream().map(EventCodec::encode).toList();
        var bytes =
                ByteBuffer.allocate(
                        encoded.stream().mapToInt(event -> Integer.BYTES + event.length).sum());
        encoded.forEach(event -> bytes.putInt(event.length).put(event));
        var crc = new CRC32C();
        crc.update(bytes.array());
        disk.append(
                ByteBuffer.allocate(HEAD_BYTES)
                        .putInt(bytes.capacity())
                        .putInt((int) crc.getValue())
                        .array());
        disk.append(bytes.array());
        disk.sync();
        batch.forEach(this::add);
    }

    @Override
    public synchronized List<Event> read(int partition, long from, Bound bound) {
        var chunk = new Chunk(bound);
        var all = events.get(partition);
        for (var i = from - 1; i < all.size() && !chunk.isFull(); i++) {
            chunk.add(all.get((int) i));
        }
        return chunk.events();
    }

    @Override
    public synchronized List<Event> readStream(StreamId stream, long from, Bound bound) {
        var chunk = new Chunk(bound);
        var all = streams.getOrDefault(stream, List.of());
        for (var i = from - 1; i < all.size() && !chunk.isFull(); i++) {
            chunk.add(all.get((int) i));
        }
        return chunk.events();
    }

    @Override
    public synchronized List<Event> readStreamBackwards(StreamId stream, long from, Bound bound) {
        var chunk = new Chunk(bound);
        var all = streams.getOrDefault(stream, List.of());
        for (var i = Math.min(from, all.size()) - 1; i >= 0 && !chunk.isFull(); i--) {
            chunk.add(all.get((int) i));
        }
        return chunk.events();
    }

    @Override
    public synchronized List<StreamHead> streams(String prefix, @Nullable StreamId after, int max) {
        return streams.keySet().stream()
                .filter(stream -> stream.toString().startsWith(prefix))
                .sorted(Comparator.comparing(StreamId::toString))
                .filter(stream -> after == null || isAfter(stream, after))
                .limit(max)
                .map(stream -> new StreamHead(stream, version(stream)))
                .toList();
    }

    private static boolean isAfter(StreamId stream, StreamId other) {
        return stream.toString().compareTo(other.toString()) > 0;
    }

    @Override
    public void close() {
        // all is on the disk
    }
}
