package dev.lumiere.fop.source;

import dev.lumiere.fop.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An output a worker may write. */
public final class SourceOutput {
    private static final Logger LOG = LoggerFactory.getLogger(SourceOutput.class);

    private final Capability capability;
    private final Path file;
    private @Nullable Written written;
    private boolean discarded;

    /**
     * What came.
     *
     * @param file to be moved away before the request's grants are closed
     */
    public record Written(Path file, String contentType, long size) {}

    SourceOutput(Capability capability, Path file) {
        this.capability = capability;
        this.file = file;
    }

    public Capability capability() {
        return capability;
    }

    /** What the worker wrote, whole; null if nothing. */
    public synchronized @Nullable Written written() {
        return written;
    }

    /** A whole upload is in {@code part}: it becomes the output, in place of an earlier one. */
    synchronized void accept(Path part, String contentType, long size) {
        try {
            if (discarded) {
                Files.deleteIfExists(part);
                return;
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            written = new Written(file, contentType, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return file;
    }

    synchronized void discard() {
        discarded = true;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("an output cannot be removed: {}", file, e);
        }
    }
}
