package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.file.OpenFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An input behind a capability; read when asked for, and kept if it was asked for as a whole. Where
 * the node hands out the file itself it is read, else it is fetched.
 */
final class SourceInput implements WorkInput, AutoCloseable {
    private final SourceClient client;
    private final Capability capability;
    private final SourceClient.Bounds bounds;
    private final @Nullable String type;
    private boolean asked;
    private @Nullable OpenFile file;
    private SourceClient.@Nullable Fetched known;
    private @Nullable MemorySegment whole;

    /**
     * Nothing is asked for yet.
     *
     * @param type of the content if its sender told; null is asked for when wanted
     */
    SourceInput(
            SourceClient client,
            Capability capability,
            SourceClient.Bounds bounds,
            @Nullable String type) {
        this.client = client;
        this.capability = capability;
        this.bounds = bounds;
        this.type = type;
    }

    @Override
    public synchronized long size() {
        var open = file();
        return open != null ? open.size() : known().total();
    }

    @Override
    public String contentType() {
        return type != null ? type : known().contentType();
    }

    @Override
    public synchronized MemorySegment bytes() {
        if (whole == null) {
            var open = file();
            if (open != null) {
                whole = client.read(open, bounds);
            } else {
                known = client.get(capability, null, bounds);
                whole = known.bytes();
            }
        }
        return whole;
    }

    @Override
    public synchronized MemorySegment bytes(long offset, long length) {
        if (whole != null) {
            return WorkInput.of(whole, WorkInput.UNKNOWN_TYPE).bytes(offset, length);
        }
        if (length == 0 || offset == size()) {
            return MemorySegment.NULL;
        }
        var open = file();
        return open != null
                ? client.read(open, offset, length, bounds)
                : client.get(capability, "bytes=" + offset + "-" + (offset + length - 1), bounds)
                        .bytes();
    }

    @Override
    public synchronized long read(long offset, MemorySegment into) {
        var open = whole == null ? file() : null;
        if (open != null) {
            return client.readInto(open, offset, into);
        }
        if (whole != null || offset == size()) {
            return WorkInput.super.read(offset, into);
        }
        try (var passing = Arena.ofShared()) {
            var range = "bytes=" + offset + "-" + (offset + into.byteSize() - 1);
            var within = new SourceClient.Bounds(passing, bounds.deadline(), bounds.cancellation());
            var part = client.get(capability, range, within).bytes();
            into.copyFrom(part);
            return part.byteSize();
        }
    }

    /** Lets the file go; bytes that were given out stay. */
    @Override
    public synchronized void close() {
        asked = true;
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private @Nullable OpenFile file() {
        if (!asked) {
            asked = true;
            file = client.open(capability, bounds);
        }
        return file;
    }

    private synchronized SourceClient.Fetched known() {
        if (known == null) {
            known = client.head(capability, bounds);
        }
        return known;
    }
}
