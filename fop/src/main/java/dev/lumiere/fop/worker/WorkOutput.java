package dev.lumiere.fop.worker;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Where a handler may put one output besides its result. Writing blocks; the last write stands. */
public interface WorkOutput {

    void write(MemorySegment bytes, String contentType);

    void write(Path file, String contentType);
}
