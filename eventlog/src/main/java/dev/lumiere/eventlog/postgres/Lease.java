package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.Event;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** A partition that this node has, with the epoch that it took it with. */
final class Lease implements Claim {
    private final int partition;
    private final long epoch;
    private final Appender appender;
    private final Consumer<Lease> releasing;

    Lease(int partition, long epoch, Appender appender, Consumer<Lease> releasing) {
        this.partition = partition;
        this.epoch = epoch;
        this.appender = appender;
        this.releasing = releasing;
    }

    int partition() {
        return partition;
    }

    long epoch() {
        return epoch;
    }

    @Override
    public List<Integer> partitions() {
        return List.of(partition);
    }

    @Override
    public void write(List<Event> batch) throws IOException {
        appender.write(partition, epoch, batch);
    }

    @Override
    public void confirm() throws IOException {
        appender.confirm(partition, epoch);
    }

    @Override
    public void release() {
        releasing.accept(this);
    }
}
