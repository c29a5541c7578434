package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A range of a partition in one file, big-endian:
 *
 * <pre>
 * "LUMIERE1" | partition 4 | from 8 | to 8
 * of each event: length 4 | its bytes, which end in their own checksum
 * of every 256th event: offset 8
 * offset of the offsets 8 | CRC-32C of head, offsets and this 4 | "LUMIERE1"
 * </pre>
 */
final class ArchiveFile {
    private static final byte[] MAGIC = "LUMIERE1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 8 + 4 + 8 + 8;
    private static final int FOOT_BYTES = 8 + 4 + 8;
    private static final int STRIDE = 256;
    private static final int MAX_EVENT_BYTES = 2 << 20;
    private static final Pattern NAME = Pattern.compile("p\\d{4}-\\d{19}-\\d{19}\\.events");

    private final Path path;
    private final int partition;
    private final long from;
    private final long to;
    private final long[] offsets;

    private ArchiveFile(Path path, int partition, long from, long to, long[] offsets) {
        this.path = path;
        this.partition = partition;
        this.from = from;
        this.to = to;
        this.offsets = offsets;
    }

    static String name(int partition, long from, long to) {
        return "p%04d-%019d-%019d.events".formatted(partition, from, to);
    }

    static boolean isOne(Path path) {
        return NAME.matcher(path.getFileName().toString()).matches();
    }

    /**
     * Reads all but the events.
     *
     * @throws CorruptLogException if it is not whole
     */
    static ArchiveFile open(Path path) throws IOException {
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            var size = file.size();
            if (size < HEAD_BYTES + FOOT_BYTES) {
                throw new CorruptLogException(path.toString(), "it is cut short");
            }
            var head = bytes(file, 0, HEAD_BYTES);
            var foot = bytes(file, size - FOOT_BYTES, FOOT_BYTES);
            var index = ByteBuffer.wrap(foot).getLong();
            var room = size - FOOT_BYTES - index;
            if (index < HEAD_BYTES || room < 0 || room % Long.BYTES != 0) {
                throw new CorruptLogException(path.toString(), "it is cut short, or damaged");
            }
            var offsets = bytes(file, index, (int) room);
            if (checksum(head, offsets, Arrays.copyOf(foot, Long.BYTES))
                            != ByteBuffer.wrap(foot).getInt(Long.BYTES)
                    || !Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length))
                    || !Arrays.equals(MAGIC, Arrays.copyOfRange(foot, 12, FOOT_BYTES))) {
                throw new CorruptLogException(
                        path.toString(), "the checksum of its index is wrong");
            }
            var all = new long[offsets.length / Long.BYTES];
            ByteBuffer.wrap(offsets).asLongBuffer().get(all);
            var place = ByteBuffer.wrap(head, MAGIC.length, HEAD_BYTES - MAGIC.length);
            return new ArchiveFile(path, place.getInt(), place.getLong(), place.getLong(), all);
        }
    }

    private static byte[] bytes(FileChannel file, long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("a file that became shorter");
            }
        }
        return bytes.array();
    }

    private static int checksum(byte[]... parts) {
        var crc = new CRC32C();
        for (var part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }

    Path path() {
        return path;
    }

    int partition() {
        return partition;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    /**
     * Events in their order.
     *
     * @param first position of the first, which is in this file
     */
    List<Event> read(long first, int max) throws IOException {
        var stride = (int) ((first - from) / STRIDE);
        var events = new ArrayList<Event>();
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.position(offsets[stride]);
            var in =
                    new DataInputStream(
                            new BufferedInputStream(Channels.newInputStream(file), 1 << 16));
            for (var position = from + (long) stride * STRIDE;
                    position <= to && events.size() < max;
                    position++) {
                var bytes = new byte[length(in.readInt(), position)];
                in.readFully(bytes);
                if (position >= first) {
                    events.add(event(bytes, position));
                }
            }
        } catch (EOFException _) {
            throw new CorruptLogException(path.toString(), "it ends in the middle of an event");
        }
        return events;
    }

    private int length(int length, long position) throws CorruptLogException {
        if (length < 0 || length > MAX_EVENT_BYTES) {
            throw new CorruptLogException(where(position), "an event of " + length + " bytes");
        }
        return length;
    }

    private Event event(byte[] bytes, long position) throws CorruptLogException {
        var event = EventCodec.decode(bytes, where(position));
        if (event.partition() != partition || event.position() != position) {
            throw new CorruptLogException(
                    where(position), "the event of another place: " + event.place());
        }
        return event;
    }

    private String where(long position) {
        return path + " position " + position;
    }

    /** Writes one, event after event. */
    static final class Writing implements AutoCloseable {
        private final FileChannel file;
        private final DataOutputStream out;
        private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        private final List<Long> offsets = new ArrayList<>();
        private final long from;
        private long offset = HEAD_BYTES;

        Writing(Path path, int partition, long from, long to) throws IOException {
            this.from = from;
            file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
            OutputStream raw = Channels.newOutputStream(file);
            out = new DataOutputStream(new BufferedOutputStream(raw, 1 << 16));
            head.put(MAGIC).putInt(partition).putLong(from).putLong(to);
            out.write(head.array());
        }

        /** The next. */
        void add(Event event) throws IOException {
            if ((event.position() - from) % STRIDE == 0) {
                offsets.add(offset);
            }
            var bytes = EventCodec.encode(event);
            out.writeInt(bytes.length);
            out.write(bytes);
            offset += Integer.BYTES + bytes.length;
        }

        /** Durable when this returns. */
        void finish() throws IOException {
            var index = ByteBuffer.allocate(offsets.size() * Long.BYTES + Long.BYTES);
            offsets.forEach(index::putLong);
            index.putLong(offset);
            out.write(index.array());
            out.writeInt(checksum(head.array(), index.array()));
            out.write(MAGIC);
            out.flush();
            file.force(true);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
