package dev.lumiere.fop.worker;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** Where a handler may put one output besides its result. Writing blocks; the last write stands. */
public interface WorkOutput {

    default void write(MemorySegment bytes, String contentType) {
        write(List.of(bytes), contentType);
    }

    /** The parts one behind the other. */
    void write(List<MemorySegment> parts, String contentType);

    void write(Path file, String contentType);
}
