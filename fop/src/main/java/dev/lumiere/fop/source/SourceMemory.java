package dev.lumiere.fop.source;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.file.OpenFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An output that a worker writes into memory it is handed, and that is kept there. */
public final class SourceMemory {
    private final Capability capability;
    private final OpenFile memory;

    SourceMemory(Capability capability, OpenFile memory) {
        this.capability = capability;
        this.memory = memory;
    }

    public Capability capability() {
        return capability;
    }

    /**
     * A sealed copy of what was written, which is counted as this process's memory and not the
     * worker's; to be taken before the request's grants are closed.
     *
     * @return null if nothing was written, or more than {@code maxBytes}
     */
    public @Nullable OpenFile written(long maxBytes) throws IOException {
        try (var now = memory.current()) {
            return now.size() == 0 || now.size() > maxBytes ? null : now.sealed();
        }
    }
}
