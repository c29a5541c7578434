package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** An input behind a capability; read when asked for, and kept if it was asked for as a whole. */
final class SourceInput implements WorkInput {
    private final SourceClient client;
    private final Capability capability;
    private final SourceClient.Bounds bounds;
    private SourceClient.@Nullable Fetched known;
    private boolean whole;

    SourceInput(SourceClient client, Capability capability, SourceClient.Bounds bounds) {
        this.client = client;
        this.capability = capability;
        this.bounds = bounds;
    }

    @Override
    public long size() {
        return known().total();
    }

    @Override
    public String contentType() {
        return known().contentType();
    }

    @Override
    public synchronized MemorySegment bytes() {
        if (known == null || !whole) {
            known = client.get(capability, null, bounds);
            whole = true;
        }
        return known.bytes();
    }

    @Override
    public synchronized MemorySegment bytes(long offset, long length) {
        if (known != null && whole) {
            return WorkInput.of(known.bytes(), known.contentType()).bytes(offset, length);
        }
        if (length == 0 || offset == size()) {
            return MemorySegment.NULL;
        }
        var part = client.get(capability, "bytes=" + offset + "-" + (offset + length - 1), bounds);
        return part.bytes();
    }

    private synchronized SourceClient.Fetched known() {
        if (known == null) {
            known = client.head(capability, bounds);
        }
        return known;
    }
}
