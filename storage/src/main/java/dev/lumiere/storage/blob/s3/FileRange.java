package dev.lumiere.storage.blob.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Some of a file's bytes; the file is left open. One thread at a time. */
final class FileRange extends InputStream {
    private final FileChannel file;
    private final long end;
    private long at;

    FileRange(FileChannel file, long from, long length) {
        this.file = file;
        at = from;
        end = from + length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == end) {
            return -1;
        }
        var most = (int) Math.min(length, end - at);
        var read = file.read(ByteBuffer.wrap(into, offset, most), at);
        at += Math.max(read, 0);
        return read;
    }
}
