package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.CorruptLogException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Where the events of an {@link ArchiveFile} are: what stands before and behind them in it.
 *
 * @param offsets of every {@value #STRIDE}th event, and after them that of the end
 */
record ArchiveIndex(List<Long> offsets) {
    static final int STRIDE = 256;
    static final int HEAD_BYTES = 8 + 4 + 8 + 8;
    private static final int FOOT_BYTES = 8 + 4 + 8;
    private static final byte[] MAGIC = "LUMIERE1".getBytes(StandardCharsets.US_ASCII);

    ArchiveIndex {
        offsets = List.copyOf(offsets);
    }

    int strides() {
        return offsets.size() - 1;
    }

    long start(int stride) {
        return offsets.get(stride);
    }

    static byte[] head(int partition, long from, long to) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(MAGIC)
                .putInt(partition)
                .putLong(from)
                .putLong(to)
                .array();
    }

    /** What stands behind the events of a file that begins so. */
    byte[] foot(byte[] head) {
        var starts = ByteBuffer.allocate(offsets.size() * Long.BYTES);
        offsets.forEach(starts::putLong);
        return ByteBuffer.allocate(starts.capacity() + Integer.BYTES + MAGIC.length)
                .put(starts.array())
                .putInt(checksum(head, starts.array()))
                .put(MAGIC)
                .array();
    }

    /**
     * Reads that of a file.
     *
     * @param path is told if it is not whole
     * @throws CorruptLogException if it is not whole, or not of that place
     */
    static ArchiveIndex read(FileChannel file, String path, int partition, long from, long to)
            throws IOException {
        var size = file.size();
        if (size < HEAD_BYTES + FOOT_BYTES) {
            throw new CorruptLogException(path, "it is cut short");
        }
        var head = bytes(file, 0, HEAD_BYTES);
        var end = ByteBuffer.wrap(bytes(file, size - FOOT_BYTES, Long.BYTES)).getLong();
        var strides = (to - from) / STRIDE + 1;
        if (end < HEAD_BYTES || end > size || size - FOOT_BYTES - end != strides * Long.BYTES) {
            throw new CorruptLogException(
                    path, "it is cut short, or not of %d events".formatted(to - from + 1));
        }
        var offsets = new Long[(int) strides + 1];
        var foot = ByteBuffer.wrap(bytes(file, end, (int) (size - end)));
        Arrays.setAll(offsets, _ -> foot.getLong());
        var index = new ArchiveIndex(List.of(offsets));
        if (!Arrays.equals(foot.array(), index.foot(head))) {
            throw new CorruptLogException(path, "the checksum of its index is wrong");
        }
        if (!Arrays.equals(head, head(partition, from, to))) {
            throw new CorruptLogException(path, "it is of another place than its name says");
        }
        return index;
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

    private static int checksum(byte[] head, byte[] offsets) {
        var crc = new CRC32C();
        crc.update(head);
        crc.update(offsets);
        return (int) crc.getValue();
    }
}
