package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.Findings;
import dev.lumiere.eventlog.Findings.Finding;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/**
 * Reads all of a log in a folder and holds it against itself: every event against its checksum and
 * its place, versions of a stream against each other, and streams, names and ids against the
 * events. It changes nothing. What was appended while it reads is not looked at.
 */
public final class Verification {
    private static final int CHUNK = 1000;

    private final RocksStore store;
    private final Findings findings = new Findings();
    private long events;
    private long streams;

    /** The stream whose versions are looked at, and the last of them. */
    private @Nullable StreamId stream;

    private long version;

    /** What was looked at, up to where the log went, and what was found. */
    public record Report(PositionVector end, long events, long streams, Findings found) {
        /** The first of them; empty if all is as it was written. */
        public List<Finding> findings() {
            return found.listed();
        }
    }

    private Verification(RocksStore store) {
        this.store = store;
    }

    /**
     * Of a folder, also while a process has it.
     *
     * @throws IOException if nothing is there
     */
    public static Report of(Path folder) throws IOException {
        try (var store = RocksStore.readOnly(folder)) {
            return of(store);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) { // not even to be opened
            var findings = new Findings();
            findings.add(folder.toString(), String.valueOf(e.getMessage()));
            return new Report(PositionVector.start(1), 0, 0, findings);
        }
    }

    /** Of one that is in use. */
    public static Report of(RocksLogDevice device) throws IOException {
        return of(device.store());
    }

    private static Report of(RocksStore store) throws IOException {
        var end = store.reads().end();
        var verification = new Verification(store);
        verification.files();
        for (var partition = 0; partition < store.partitions(); partition++) {
            verification.events(partition, end.of(partition));
        }
        verification.streams();
        verification.ids();
        return new Report(end, verification.events, verification.streams, verification.findings);
    }

    /** Every block of every file against its checksum, what is read seldom among them. */
    private void files() throws IOException {
        for (var file : store.use(RocksDB::getLiveFilesMetaData)) {
            var path = Path.of(file.path(), file.fileName()).toString();
            try (var options = new Options();
                    var reader = new SstFileReader(options)) {
                reader.open(path);
                reader.verifyChecksum();
            } catch (RocksDBException e) {
                findings.add(path, String.valueOf(e.getMessage()));
            }
        }
    }

    private void events(int partition, long last) {
        for (var from = 1L; from <= last; ) {
            List<Event> read;
            try {
                read =
                        store.reads()
                                .read(partition, from, new LogDevice.Bound(CHUNK, Long.MAX_VALUE));
            } catch (IOException _) {
                read = oneByOne(partition, from, Math.min(last, from + CHUNK - 1));
            }
            read.forEach(this::event);
            events += read.size();
            from += CHUNK;
        }
    }

    /** Those that can be read. */
    private List<Event> oneByOne(int partition, long from, long to) {
        var read = new ArrayList<Event>();
        for (var position = from; position <= to; position++) {
            try {
                var one = store.reads().read(partition, position, new LogDevice.Bound(1, 0));
                if (one.isEmpty()) {
                    findings.add(place(partition, position), "the event is missing");
                }
                read.addAll(one);
            } catch (IOException e) {
                findings.add(place(partition, position), String.valueOf(e.getMessage()));
            }
        }
        return read;
    }

    private static String place(int partition, long position) {
        return "partition " + partition + " position " + position;
    }

    private void event(Event event) {
        var where = place(event.partition(), event.position());
        try {
            var position = store.reads().position(event.stream(), event.version());
            if (position != event.position()) {
                findings.add(
                        where,
                        "not where %s has its version %d: %d"
                                .formatted(event.stream(), event.version(), position));
            }
            var place = store.reads().find(event.data().id());
            if (!event.place().equals(place)) {
                findings.add(
                        where, "its id %s is said to be at %s".formatted(event.data().id(), place));
            }
        } catch (IOException e) {
            findings.add(where, String.valueOf(e.getMessage()));
        }
    }

    /** That versions have no gap, and all have a name. */
    private void streams() {
        try {
            byte[] last = null;
            for (var keys = keys(Database.Kind.STREAMS, null);
                    !keys.isEmpty();
                    keys = keys(Database.Kind.STREAMS, last)) {
                for (var key : keys) {
                    version(key);
                }
                last = keys.getLast();
            }
            head(stream, version);
            names();
        } catch (IOException e) {
            findings.add("index of streams", String.valueOf(e.getMessage()));
        }
    }

    private List<byte[]> keys(Database.Kind kind, byte @Nullable [] after) throws IOException {
        return store.reads().keys(kind, after, CHUNK);
    }

    /** One after the other. */
    private void version(byte[] key) throws IOException {
        var of = stream(Arrays.copyOf(key, Math.max(0, key.length - Long.BYTES)));
        if (of == null) {
            findings.add("index of streams", "no name of a stream: " + Arrays.toString(key));
            return;
        }
        if (!of.equals(stream)) {
            head(stream, version);
            stream = of;
            version = 0;
            streams++;
        }
        var next = ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
        if (next != version + 1) {
            findings.add(of.toString(), "version %d comes after %d".formatted(next, version));
        }
        version = next;
    }

    private void head(@Nullable StreamId stream, long version) throws IOException {
        if (stream == null) {
            return;
        }
        var head = store.reads().version(stream);
        if (head < version) { // it may have grown
            findings.add(stream.toString(), "ends at version %d, not %d".formatted(version, head));
        }
    }

    private void names() throws IOException {
        var names = count(Database.Kind.NAMES);
        if (names < streams) {
            findings.add("names of streams", "%d of %d are there".formatted(names, streams));
        }
    }

    private void ids() {
        try {
            var ids = count(Database.Kind.IDS);
            if (ids < events) {
                findings.add("index of ids", "%d of %d are there".formatted(ids, events));
            }
        } catch (IOException e) {
            findings.add("index of ids", String.valueOf(e.getMessage()));
        }
    }

    private long count(Database.Kind kind) throws IOException {
        var count = 0L;
        byte[] last = null;
        for (var keys = keys(kind, null); !keys.isEmpty(); keys = keys(kind, last)) {
            count += keys.size();
            last = keys.getLast();
        }
        return count;
    }

    private static @Nullable StreamId stream(byte[] prefix) {
        var text = new String(prefix, StandardCharsets.UTF_8);
        var end = text.indexOf('\0');
        if (end < 0 || text.indexOf('\0', end + 1) != text.length() - 1) {
            return null;
        }
        return new StreamId(text.substring(0, end), text.substring(end + 1, text.length() - 1));
    }
}
