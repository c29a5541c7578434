package dev.lumiere.image.picture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a TIFF file, or of the block in other files that is made like one and called EXIF:
 * the first directory and those of EXIF, GPS and interoperability. Values over {@value
 * #MAX_VALUE_BYTES} bytes are left out, and what makes no sense.
 *
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">Exif
 *     3.0, section 4.6</a>
 */
public final class TiffTags {
    private static final int MAX_ENTRIES = 512;
    private static final int MAX_VALUE_BYTES = 4096;
    private static final int MAX_BLOCK_BYTES = 60_000;
    private static final int ENTRY_BYTES = 12;

    /** Bytes of each of EXIF's types 1 to 12. */
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

    private enum Directory {
        MAIN(0, null),
        EXIF(0x8769, MAIN),
        GPS(0x8825, MAIN),
        INTEROPERABILITY(0xa005, EXIF);

        private final int pointer;
        private final @Nullable Directory parent;

        Directory(int pointer, @Nullable Directory parent) {
            this.pointer = pointer;
            this.parent = parent;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes it
    private record Entry(int tag, int type, int count, byte[] value) {}

    private final ByteOrder order;
    private final Map<Directory, List<Entry>> directories = new EnumMap<>(Directory.class);
    private final Map<Directory, Long> found = new EnumMap<>(Directory.class);

    private TiffTags(ByteOrder order) {
        this.order = order;
    }

    /** Empty if these bytes do not begin as a TIFF does. */
    public static Optional<TiffTags> read(MemorySegment tiff) {
        if (tiff.byteSize() < 8) {
            return Optional.empty();
        }
        var first = tiff.get(JAVA_BYTE, 0);
        if (first != tiff.get(JAVA_BYTE, 1) || (first != 'I' && first != 'M')) {
            return Optional.empty();
        }
        var tags = new TiffTags(first == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        tags.found.put(Directory.MAIN, tags.number(tiff, 4));
        for (var directory : Directory.values()) {
            var at = tags.found.get(directory);
            tags.directories.put(
                    directory, at == null ? List.of() : tags.entries(tiff, at, directory));
        }
        return Optional.of(tags);
    }

    /** All there are, but for pointers from one directory to another. */
    public Set<Integer> tags() {
        var tags = new HashSet<Integer>();
        directories.values().forEach(entries -> entries.forEach(entry -> tags.add(entry.tag)));
        return tags;
    }

    /**
     * A block of EXIF with these tags, of less than 64 KiB; what is too much is left out.
     *
     * @param without tags not to be in it
     */
    public byte[] block(Set<Integer> without) {
        var kept = new EnumMap<Directory, List<Entry>>(Directory.class);
        var bytes = 8;
        for (var directory : Directory.values()) {
            var entries = new ArrayList<Entry>();
            bytes += 2 + ENTRY_BYTES * Directory.values().length + 4;
            for (var entry : directories.getOrDefault(directory, List.of())) {
                var more = ENTRY_BYTES + entry.value.length + 1;
                if (!without.contains(entry.tag) && bytes + more <= MAX_BLOCK_BYTES) {
                    entries.add(entry);
                    bytes += more;
                }
            }
            kept.put(directory, entries);
        }
        return written(kept, bytes);
    }

    private byte[] written(Map<Directory, List<Entry>> kept, int atMost) {
        var offsets = new EnumMap<Directory, Integer>(Directory.class);
        var next = 8;
        for (var directory : Directory.values()) {
            offsets.put(directory, next);
            next +=
                    2
                            + ENTRY_BYTES
                                    * (kept.getOrDefault(directory, List.of()).size()
                                            + pointers(directory))
                            + 4;
        }
        var block = ByteBuffer.allocate(atMost).order(order);
        block.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(block.get(0));
        block.putShort((short) 42).putInt(8);
        for (var directory : Directory.values()) {
            var entries = kept.getOrDefault(directory, List.of());
            block.putShort((short) (entries.size() + pointers(directory)));
            for (var entry : entries) {
                head(block, entry.tag, entry.type, entry.count);
                if (entry.value.length <= 4) {
                    block.put(entry.value).put(new byte[4 - entry.value.length]);
                } else {
                    block.putInt(next).put(next, entry.value);
                    next += entry.value.length + entry.value.length % 2;
                }
            }
            for (var child : Directory.values()) {
                if (child.parent == directory) {
                    head(block, child.pointer, 4, 1).putInt(offsets.getOrDefault(child, 0));
                }
            }
            block.putInt(0);
        }
        var bytes = new byte[next];
        block.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer head(ByteBuffer block, int tag, int type, int count) {
        return block.putShort((short) tag).putShort((short) type).putInt(count);
    }

    private static int pointers(Directory directory) {
        var pointers = 0;
        for (var child : Directory.values()) {
            pointers += child.parent == directory ? 1 : 0;
        }
        return pointers;
    }

    private List<Entry> entries(MemorySegment tiff, long at, Directory directory) {
        var entries = new ArrayList<Entry>();
        if (at < 8 || at + 2 > tiff.byteSize()) {
            return entries;
        }
        var count = Math.min(MAX_ENTRIES, shortNumber(tiff, at));
        for (var i = 0; i < count; i++) {
            var entry = at + 2 + (long) ENTRY_BYTES * i;
            if (entry + ENTRY_BYTES > tiff.byteSize()) {
                break;
            }
            var tag = shortNumber(tiff, entry);
            var child = pointer(tag);
            if (child.isPresent()) {
                if (child.get().parent == directory) {
                    found.put(child.get(), number(tiff, entry + 8));
                }
                continue;
            }
            entry(tiff, entry, tag).ifPresent(entries::add);
        }
        return entries;
    }

    private static Optional<Directory> pointer(int tag) {
        for (var directory : Directory.values()) {
            if (directory.parent != null && directory.pointer == tag) {
                return Optional.of(directory);
            }
        }
        return Optional.empty();
    }

    private Optional<Entry> entry(MemorySegment tiff, long at, int tag) {
        var type = shortNumber(tiff, at + 2);
        var count = number(tiff, at + 4);
        if (type < 1 || type >= TYPE_BYTES.length || count < 1 || count > MAX_VALUE_BYTES) {
            return Optional.empty();
        }
        var bytes = count * TYPE_BYTES[type];
        var where = bytes <= 4 ? at + 8 : number(tiff, at + 8);
        if (bytes > MAX_VALUE_BYTES || where + bytes > tiff.byteSize()) {
            return Optional.empty();
        }
        var value = tiff.asSlice(where, bytes).toArray(JAVA_BYTE);
        return Optional.of(new Entry(tag, type, (int) count, value));
    }

    private int shortNumber(MemorySegment tiff, long at) {
        return Short.toUnsignedInt(tiff.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
    }

    private long number(MemorySegment tiff, long at) {
        return Integer.toUnsignedLong(
                tiff.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at));
    }
}
