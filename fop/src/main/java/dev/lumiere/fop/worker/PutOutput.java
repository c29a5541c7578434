package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** An output behind a capability. */
record PutOutput(SourceClient client, Capability capability, SourceClient.Bounds bounds)
        implements WorkOutput {
    @Override
    public void write(List<MemorySegment> parts, String contentType) {
        if (!isWrittenToMemory(parts)) {
            client.put(capability, parts, contentType, bounds);
        }
    }

    /** Memory that is handed over is written at once; all else is sent. */
    private boolean isWrittenToMemory(List<MemorySegment> parts) {
        if (!client.handsDescriptors() || !parts.stream().allMatch(MemorySegment::isNative)) {
            return false;
        }
        try (var memory = client.open(capability, bounds)) {
            if (memory == null) {
                return false;
            }
            var offset = 0L;
            for (var part : parts) {
                memory.write(part, offset);
                offset += part.byteSize();
            }
            return true;
        } catch (IOException e) {
            throw Problem.of(507, "cannot store the output: " + e.getMessage()).refused();
        }
    }

    @Override
    public void write(Path file, String contentType) {
        client.put(capability, file, contentType, bounds);
    }
}
