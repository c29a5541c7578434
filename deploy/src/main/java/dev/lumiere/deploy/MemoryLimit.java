package dev.lumiere.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What holds an instance, with all that it starts, to its memory. */
sealed interface MemoryLimit extends AutoCloseable permits CgroupMemory, WatchedMemory {

    /** Which one it is, for people. */
    String description();

    /** Prepares the limit of one instance, before it is started. */
    Held hold(String instance, long maxBytes) throws IOException;

    /** Ends every limit. */
    @Override
    void close();

    /** The limit of one instance. */
    interface Held {
        /** Files into which the process writes its own pid before it does anything else. */
        List<Path> join();

        /** It runs. */
        void started(long pid);

        /** Whether it was killed for going over. */
        boolean exceeded();

        /** It has ended; whatever is left of it is killed. */
        void end();
    }
}
