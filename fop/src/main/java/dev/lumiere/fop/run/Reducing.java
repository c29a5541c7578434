package dev.lumiere.fop.run;

import dev.lumiere.service.file.OpenFile;
import java.util.Map;

/**
 * What a run has to do with reduced versions of its source, see {@link dev.lumiere.fop.Reduction}.
 */
public sealed interface Reducing {
    Reducing NOT = new Not();

    /** Nothing. */
    record Not() implements Reducing {}

    /**
     * They are worked on in place of the source.
     *
     * @param kept by level, sealed; closed by the run
     */
    record From(Map<Integer, OpenFile> kept) implements Reducing {
        public From {
            kept = Map.copyOf(kept);
        }
    }

    /**
     * They are made and told in the {@link Output}.
     *
     * @param all or only those that come about anyhow
     */
    record Making(boolean all) implements Reducing {}
}
