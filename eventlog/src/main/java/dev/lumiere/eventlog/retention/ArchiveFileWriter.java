package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes an {@link ArchiveFile}, event after event. */
final class ArchiveFileWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel file;
    private final DataOutputStream out;
    private final byte[] head;
    private final List<Long> offsets = new ArrayList<>();
    private final long from;
    private long offset = ArchiveIndex.HEAD_BYTES;

    /** What is at that path is replaced. */
    ArchiveFileWriter(Path path, int partition, long from, long to) throws IOException {
        this.from = from;
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        OutputStream raw = Channels.newOutputStream(file);
        out = new DataOutputStream(new BufferedOutputStream(raw, BUFFER_BYTES));
        head = ArchiveIndex.head(partition, from, to);
        out.write(head);
    }

    /** The next. */
    void add(Event event) throws IOException {
        if ((event.position() - from) % ArchiveIndex.STRIDE == 0) {
            offsets.add(offset);
        }
        var bytes = EventCodec.encode(event);
        out.writeInt(bytes.length);
        out.write(bytes);
        offset += Integer.BYTES + bytes.length;
    }

    /** All that is of it; it is not durable yet. */
    void finish() throws IOException {
        offsets.add(offset);
        out.write(new ArchiveIndex(offsets).foot(head));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
