package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** An output behind a capability. */
record PutOutput(SourceClient client, Capability capability, SourceClient.Bounds bounds)
        implements WorkOutput {
    @Override
    public void write(MemorySegment bytes, String contentType) {
        client.put(capability, bytes, contentType, bounds);
    }

    @Override
    public void write(Path file, String contentType) {
        client.put(capability, file, contentType, bounds);
    }
}
