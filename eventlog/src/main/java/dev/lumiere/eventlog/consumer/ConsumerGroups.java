package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All consumers of a log, on whatever node, by what they have written in it. */
public final class ConsumerGroups {
    private static final int PAGE = 1000;
    private static final int COUNTED = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventLog log;

    /** Of a log. */
    public ConsumerGroups(EventLog log) {
        this.log = log;
    }

    /**
     * How far a partition has come, as it was written last; what was handled since may be more.
     *
     * @param name of the work
     * @param member who has it, or had it and has died with nothing to do; null if nobody
     * @param position up to which it is handled
     * @param lag how many events there are after that to handle. Where more than a thousand are,
     *     checkpoints among them count too
     * @param stopped why it does not go on; null if it does
     */
    public record Progress(
            String name,
            int partition,
            @Nullable String member,
            long position,
            long lag,
            @Nullable String stopped) {}

    /** Names there are, in their order. */
    public Collection<String> names() throws IOException {
        var names = new TreeSet<String>();
        var prefix = Checkpoints.CATEGORY + "-";
        StreamId last = null;
        while (true) {
            var page = log.streams(prefix, last, PAGE);
            if (page.isEmpty()) {
                return names;
            }
            for (var head : page) {
                var key = head.stream().key();
                var slash = key.lastIndexOf('/');
                if (slash > 0) {
                    names.add(key.substring(0, slash));
                }
            }
            last = page.getLast().stream();
        }
    }

    /** How far the work of a name has come, by partition. */
    public List<Progress> progress(String name) throws IOException {
        var checkpoints = checkpoints(name);
        var all = new ArrayList<Progress>();
        for (var partition = 0; partition < log.partitions(); partition++) {
            var last = Checkpoint.NONE;
            var unreadable = "";
            try {
                last = checkpoints.last(partition).checkpoint();
            } catch (CorruptLogException e) {
                unreadable = String.valueOf(e.getMessage());
            }
            all.add(
                    new Progress(
                            name,
                            partition,
                            last.member(),
                            last.position(),
                            lag(partition, last.position()),
                            unreadable.isEmpty() ? last.stopped() : unreadable));
        }
        return all;
    }

    /** How far the work of all names has come. */
    public List<Progress> progress() throws IOException {
        var all = new ArrayList<Progress>();
        for (var name : names()) {
            all.addAll(progress(name));
        }
        return all;
    }

    /**
     * Up to where the work of a name is handled in a partition.
     *
     * @param position 0 if nothing is
     */
    public record Handled(String name, int partition, long position) {}

    /**
     * Up to where the work of all names is handled.
     *
     * @throws IOException naming the consumer and the partition whose checkpoint cannot be read
     */
    public List<Handled> handled() throws IOException {
        var all = new ArrayList<Handled>();
        for (var name : names()) {
            var checkpoints = checkpoints(name);
            for (var partition = 0; partition < log.partitions(); partition++) {
                try {
                    var position = checkpoints.last(partition).checkpoint().position();
                    all.add(new Handled(name, partition, position));
                } catch (CorruptLogException e) {
                    throw new IOException(
                            "how far %s has come in partition %d cannot be read: %s"
                                    .formatted(name, partition, e.getMessage()),
                            e);
                }
            }
        }
        return all;
    }

    /**
     * Sets all back to where the log ends now, after something was taken away from it and before
     * anybody takes part: nothing that is there is handled again, and nothing that comes is left
     * out.
     *
     * @param before up to where they had handled it while it was whole
     * @return how many were set back
     */
    public int setBack(List<Handled> before) throws IOException, InterruptedException {
        var end = log.end();
        var count = 0;
        for (var each : before) {
            var position = Math.min(each.position(), end.of(each.partition()));
            if (checkpoints(each.name()).setTo(each.partition(), position)) {
                count++;
            }
        }
        return count;
    }

    private Checkpoints checkpoints(String name) {
        return new Checkpoints(log, name, PATIENCE, InstantSource.system());
    }

    private long lag(int partition, long position) throws IOException {
        var events = log.end(partition) - position;
        if (events <= 0 || events > COUNTED) {
            return Math.max(0, events);
        }
        var lag = 0L;
        for (var next = position + 1; next <= log.end(partition); ) {
            var read = log.read(partition, next, COUNTED);
            if (read.isEmpty()) {
                break;
            }
            lag += read.stream().filter(Checkpoints::isGivenOut).count();
            next = read.getLast().position() + 1;
        }
        return lag;
    }
}
