package dev.lumiere.bench.log;

import java.io.IOException;

/** One way to make an event durable. Any number of threads append at once. */
interface Appending extends AutoCloseable {
    /**
     * Returns when the event is durable.
     *
     * @param writer who appends, from 0; one thread each
     * @param number of the writer's events before
     */
    void append(int writer, int number, byte[] payload) throws Exception;

    @Override
    void close() throws IOException;
}
