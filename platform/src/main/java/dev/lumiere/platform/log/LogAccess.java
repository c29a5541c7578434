package dev.lumiere.platform.log;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.ConsumerGroups.Progress;
import dev.lumiere.eventlog.json.PageJson.Page;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A log as the command line uses it: of a node that runs, or in a folder that no node has. */
sealed interface LogAccess extends AutoCloseable permits RunningLog, FolderLog {
    /** In words. */
    String where();

    PositionVector end() throws IOException, InterruptedException;

    List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException, InterruptedException;

    List<Event> readStream(StreamId stream, long from, int max, boolean backwards)
            throws IOException, InterruptedException;

    List<Event> read(int partition, long from, int max) throws IOException, InterruptedException;

    /** Of all partitions, with the position to go on after. */
    Page readAll(PositionVector after, int max) throws IOException, InterruptedException;

    /**
     * Gives out what comes, until there is nothing more to come.
     *
     * @param after where to begin: positions, {@code start} or {@code end}
     * @param category of all; null for every one
     * @return up to where it went
     */
    String follow(String after, @Nullable String category, Consumer<Event> events)
            throws IOException, InterruptedException;

    /** How far all consumers are, by name and partition. */
    List<Progress> consumers() throws IOException, InterruptedException;

    /** A report as {@code LogCare} has it, in JSON. */
    String verify() throws IOException, InterruptedException;

    /**
     * The backup that was made, in JSON.
     *
     * @param keep how many backups are kept
     */
    String backUp(int keep) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
