package dev.lumiere.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in files of bounded size: {@code name.log}, then {@code name.log.1} and so on, older as the
 * number grows. A full disk loses lines; it never holds up or fails who writes.
 */
public final class RotatingFile extends OutputStream {
    private static final int CHUNK_BYTES = 16 << 10;

    private final Path file;
    private final long maxBytes;
    private final int files;
    private @Nullable OutputStream out;
    private long written;
    private boolean failed;

    /** Made when first needed: the log may be written through this class itself. */
    private static final class Log {
        static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);
    }

    /**
     * Nothing is opened before the first byte.
     *
     * @param maxBytes of one file; what is written in one piece stays in one file
     * @param files kept, the current one included, at least 1
     */
    public RotatingFile(Path file, long maxBytes, int files) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.files = files;
    }

    /** Copies until the stream ends, and closes both. */
    public void pump(InputStream output) {
        var chunk = new byte[CHUNK_BYTES];
        try (output) {
            for (var n = output.read(chunk); n >= 0; n = output.read(chunk)) {
                write(chunk, 0, n);
            }
        } catch (IOException _) {
            // The process is gone, and its pipe with it.
        } finally {
            close();
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        try {
            var to = out;
            if (to == null || (written > 0 && written + length > maxBytes)) {
                to = open(length);
            }
            to.write(bytes, offset, length);
            written += length;
            failed = false;
        } catch (IOException e) {
            close();
            if (!failed) {
                failed = true;
                Log.LOG.warn("log={} cannot be written, lines are lost: {}", file, e.toString());
            }
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            Log.LOG.warn("log={} cannot be closed: {}", file, e.toString());
        }
        out = null;
    }

    private OutputStream open(int next) throws IOException {
        close();
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (Files.exists(file) && Files.size(file) > 0 && Files.size(file) + next > maxBytes) {
            rotate();
        }
        var opened =
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        out = opened;
        written = Files.size(file);
        return opened;
    }

    private void rotate() throws IOException {
        if (files == 1) {
            Files.delete(file);
            return;
        }
        for (var i = files - 1; i > 0; i--) {
            var older = i == 1 ? file : numbered(i - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int i) {
        return file.resolveSibling(file.getFileName() + "." + i);
    }
}
