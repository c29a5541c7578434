package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.Database.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** What can be read of a {@link RocksStore}, by any thread; all of it held against its checksum. */
public final class RocksReads {
    private final Database database;

    RocksReads(Database database) {
        this.database = database;
    }

    /** As {@link LogDevice#last}. */
    public long last(int partition) throws IOException {
        return use(db -> {
            try (var iterator = iterator(db, Kind.EVENTS)) {
                iterator.seekForPrev(Keys.event(partition, Long.MAX_VALUE));
                iterator.status();
                if (!iterator.isValid()) {
                    return 0L;
                }
                var key = ByteBuffer.wrap(iterator.key());
                return key.getInt() == partition ? key.getLong() : 0L;
            }
        });
    }

    /** The last position of each partition. */
    PositionVector end() throws IOException {
        var end = PositionVector.start(database.partitions());
        for (var partition = 0; partition < end.partitions(); partition++) {
            end = end.with(partition, last(partition));
        }
        return end;
    }

    /** As {@link LogDevice#version}. */
    public long version(StreamId stream) throws IOException {
        return use(db -> version(db, stream));
    }

    private long version(RocksDB db, StreamId stream) throws RocksDBException, IOException {
        var prefix = Keys.stream(stream);
        if (get(db, Kind.NAMES, prefix) == null) {
            return 0;
        }
        try (var iterator = iterator(db, Kind.STREAMS)) {
            iterator.seekForPrev(Keys.version(stream, Long.MAX_VALUE));
            iterator.status();
            if (!iterator.isValid() || !Keys.isOf(prefix, iterator.key())) {
                throw new CorruptLogException(stream.toString(), "has a name, and no event");
            }
            return ByteBuffer.wrap(iterator.key()).getLong(prefix.length);
        }
    }

    /** As {@link LogDevice#find}. */
    public Event.@Nullable Place find(UUID id) throws IOException {
        return use(db -> {
            var place = get(db, Kind.IDS, Keys.id(id));
            if (place == null) {
                return null;
            }
            var bytes = ByteBuffer.wrap(place);
            return new Event.Place(bytes.getInt(), bytes.getLong());
        });
    }

    /** As {@link LogDevice#read}. */
    public List<Event> read(int partition, long from, LogDevice.Bound bound) throws IOException {
        return use(db -> {
            var chunk = new Chunk(bound);
            try (var end = new Slice(Keys.event(partition + 1, 0));
                    var options = new ReadOptions(database.reading()).setIterateUpperBound(end);
                    var iterator = db.newIterator(database.family(Kind.EVENTS), options)) {
                iterator.seek(Keys.event(partition, from));
                for (var position = from; iterator.isValid() && !chunk.isFull(); position++) {
                    chunk.add(event(iterator, partition, position));
                    iterator.next();
                }
                iterator.status();
                return chunk.events();
            }
        });
    }

    private static Event event(RocksIterator at, int partition, long position)
            throws CorruptLogException {
        var where = where(partition, position);
        if (!Arrays.equals(at.key(), Keys.event(partition, position))) {
            throw new CorruptLogException(where, "the event is missing");
        }
        return placed(EventCodec.decode(at.value(), where), partition, position);
    }

    private static Event placed(Event event, int partition, long position)
            throws CorruptLogException {
        if (event.partition() != partition || event.position() != position) {
            throw new CorruptLogException(
                    where(partition, position), "the event of another place: " + event.place());
        }
        return event;
    }

    /** As {@link LogDevice#readStream}. */
    public List<Event> readStream(StreamId stream, long from, LogDevice.Bound bound)
            throws IOException {
        return use(db -> readStream(db, stream, from, bound, true));
    }

    /** As {@link LogDevice#readStreamBackwards}. */
    public List<Event> readStreamBackwards(StreamId stream, long from, LogDevice.Bound bound)
            throws IOException {
        return use(db -> readStream(db, stream, from, bound, false));
    }

    private List<Event> readStream(
            RocksDB db, StreamId stream, long from, LogDevice.Bound bound, boolean forwards)
            throws RocksDBException, IOException {
        var chunk = new Chunk(bound);
        var prefix = Keys.stream(stream);
        try (var iterator = iterator(db, Kind.STREAMS)) {
            if (forwards) {
                iterator.seek(Keys.version(stream, from));
            } else {
                iterator.seekForPrev(Keys.version(stream, from));
            }
            for (var expected = -1L; iterator.isValid() && !chunk.isFull(); ) {
                var key = iterator.key();
                if (!Keys.isOf(prefix, key)) {
                    break;
                }
                var version = ByteBuffer.wrap(key).getLong(prefix.length);
                if (expected >= 0 && version != expected) {
                    throw new CorruptLogException(
                            stream + " version " + expected, "the event is missing");
                }
                chunk.add(event(db, stream, version, ByteBuffer.wrap(iterator.value()).getLong()));
                if (forwards) {
                    expected = version + 1;
                    iterator.next();
                } else {
                    expected = version - 1;
                    iterator.prev();
                }
            }
            iterator.status();
            return chunk.events();
        }
    }

    private Event event(RocksDB db, StreamId stream, long version, long position)
            throws IOException, RocksDBException {
        var partition = EventLog.partition(stream, database.partitions());
        var bytes = get(db, Kind.EVENTS, Keys.event(partition, position));
        var where = where(partition, position);
        if (bytes == null) {
            throw new CorruptLogException(where, "the event is missing");
        }
        var event = placed(EventCodec.decode(bytes, where), partition, position);
        if (!event.stream().equals(stream) || event.version() != version) {
            throw new CorruptLogException(
                    where,
                    "not version %d of %s but %d of %s"
                            .formatted(version, stream, event.version(), event.stream()));
        }
        return event;
    }

    /** As {@link LogDevice#streams}, in the order of their names' bytes. */
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        var begin = prefix.replaceFirst("-", "\0").getBytes(StandardCharsets.UTF_8);
        return use(db -> streams(db, begin, after, max));
    }

    private List<StreamHead> streams(RocksDB db, byte[] begin, @Nullable StreamId after, int max)
            throws RocksDBException, IOException {
        var found = new ArrayList<StreamHead>();
        var before = after == null ? begin : Keys.stream(after);
        try (var iterator = iterator(db, Kind.NAMES)) {
            iterator.seek(before);
            if (after != null && iterator.isValid() && Arrays.equals(iterator.key(), before)) {
                iterator.next();
            }
            for (; iterator.isValid() && found.size() < max; iterator.next()) {
                var key = iterator.key();
                if (key.length < begin.length
                        || !Arrays.equals(key, 0, begin.length, begin, 0, begin.length)) {
                    break;
                }
                var name = new String(key, StandardCharsets.UTF_8).split("\0", -1);
                var stream = new StreamId(name[0], name[1]);
                found.add(new StreamHead(stream, version(db, stream)));
            }
            iterator.status();
            return found;
        }
    }

    /**
     * Keys of one kind, in order.
     *
     * @param after the last of those before; null for the first
     */
    List<byte[]> keys(Kind kind, byte @Nullable [] after, int max) throws IOException {
        return use(db -> {
            var keys = new ArrayList<byte[]>();
            try (var iterator = db.newIterator(database.family(kind), database.inOrder())) {
                if (after == null) {
                    iterator.seekToFirst();
                } else {
                    iterator.seek(after);
                    if (iterator.isValid() && Arrays.equals(iterator.key(), after)) {
                        iterator.next();
                    }
                }
                for (; iterator.isValid() && keys.size() < max; iterator.next()) {
                    keys.add(iterator.key());
                }
                iterator.status();
            }
            return keys;
        });
    }

    /** The position that a version of a stream is said to be at; 0 if there is none. */
    long position(StreamId stream, long version) throws IOException {
        return use(db -> {
            var position = get(db, Kind.STREAMS, Keys.version(stream, version));
            return position == null ? 0L : ByteBuffer.wrap(position).getLong();
        });
    }

    private <T extends @Nullable Object> T use(Database.Use<T> use) throws IOException {
        return database.use("read", use);
    }

    private RocksIterator iterator(RocksDB db, Kind kind) {
        return db.newIterator(database.family(kind), database.reading());
    }

    private byte @Nullable [] get(RocksDB db, Kind kind, byte[] key) throws RocksDBException {
        return db.get(database.family(kind), database.reading(), key);
    }

    private static String where(int partition, long position) {
        return "partition " + partition + " position " + position;
    }
}
