package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.Findings;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of a partition in one file, big-endian; its name says which. It may be damaged: that is
 * told when it is read.
 *
 * <pre>
 * "LUMIERE1" | partition 4 | from 8 | to 8
 * of each event: length 4 | its bytes, which end in their own checksum
 * of every 256th event: offset 8
 * offset of the offsets 8 | CRC-32C of head, offsets and this 4 | "LUMIERE1"
 * </pre>
 */
final class ArchiveFile {
    private static final int STRIDE = ArchiveIndex.STRIDE;
    private static final int MAX_EVENT_BYTES = 2 << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Pattern NAME = Pattern.compile("p(\\d{4})-(0\\d{18})-(0\\d{18})\\.events");

    private final Path path;
    private final int partition;
    private final long from;
    private final long to;
    private volatile @Nullable ArchiveIndex index;

    private ArchiveFile(Path path, int partition, long from, long to) {
        this.path = path;
        this.partition = partition;
        this.from = from;
        this.to = to;
    }

    static String name(int partition, long from, long to) {
        return "p%04d-%019d-%019d.events".formatted(partition, from, to);
    }

    /** Null if it is none by its name. */
    static @Nullable ArchiveFile of(Path path) {
        var name = NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return null;
        }
        var from = Long.parseLong(name.group(2));
        var to = Long.parseLong(name.group(3));
        return from < 1 || to < from
                ? null
                : new ArchiveFile(path, Integer.parseInt(name.group(1)), from, to);
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
     * Reads all but the events, once.
     *
     * @throws CorruptLogException naming the file, if it is not whole
     */
    ArchiveIndex index() throws IOException {
        var known = index;
        if (known == null) {
            try (var file = open()) {
                known = ArchiveIndex.read(file, path.toString(), partition, from, to);
            } catch (EOFException _) {
                throw new CorruptLogException(path.toString(), "it is cut short");
            }
            index = known;
        }
        return known;
    }

    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException _) {
            throw new CorruptLogException(path.toString(), "it is not there any more");
        }
    }

    /**
     * Adds events in their order, until it is full or they end.
     *
     * @param first position of the first, which is in this file
     * @throws CorruptLogException naming the file, if one is not as it was written; those before it
     *     were added
     */
    void read(long first, Chunk events) throws IOException {
        var stride = (int) ((first - from) / STRIDE);
        var start = index().start(stride);
        try (var file = open()) {
            var in = from(file, start);
            for (var position = from + (long) stride * STRIDE;
                    position <= to && !events.isFull();
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
    }

    private static DataInputStream from(FileChannel file, long start) throws IOException {
        file.position(start);
        return new DataInputStream(
                new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES));
    }

    /** Takes sound events, a few at once. */
    interface Sound {
        void take(List<Event> events) throws IOException;
    }

    /**
     * Reads all of it.
     *
     * @param sound takes what is as it was written, in its order
     * @param findings get what is not
     */
    void verify(Sound sound, Findings findings) throws IOException {
        try {
            for (var stride = 0; stride < index().strides(); stride++) {
                sound.take(verify(stride, index(), findings));
            }
        } catch (CorruptLogException e) {
            findings.add(path.toString(), e.what());
        }
    }

    /** An event whose length is wrong hides those behind it, up to the next stride. */
    private List<Event> verify(int stride, ArchiveIndex all, Findings findings) throws IOException {
        var events = new ArrayList<Event>();
        var position = from + (long) stride * STRIDE;
        var last = Math.min(to, position + STRIDE - 1);
        var left = all.start(stride + 1) - all.start(stride);
        try (var file = open()) {
            var in = from(file, all.start(stride));
            for (; position <= last; position++) {
                var length = length(in.readInt(), position);
                left -= Integer.BYTES + length;
                if (left < 0) {
                    throw new CorruptLogException(where(position), "it is of another length");
                }
                var bytes = new byte[length];
                in.readFully(bytes);
                try {
                    events.add(event(bytes, position));
                } catch (CorruptLogException e) {
                    findings.add(where(position), e.what());
                }
            }
            if (left > 0) {
                findings.add(where(last), "%d bytes follow that are no event".formatted(left));
            }
        } catch (CorruptLogException e) {
            findings.add(where(position), e.what() + "; not read up to " + last);
        } catch (EOFException _) {
            findings.add(where(position), "the file ends there");
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
}
