package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.Findings;
import dev.lumiere.eventlog.LogDevice;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of an archive and holds it against its checksums and against its log: that files are of
 * this log's history, none is missing between others, and what was taken out of the log is here. It
 * changes nothing.
 */
public final class ArchiveVerification {
    private static final LogDevice.Bound BOUND = new LogDevice.Bound(1000, 1 << 20);

    private final @Nullable LogDevice log;
    private final Findings findings = new Findings();

    /** The log's events that are at hand. */
    private List<Event> chunk = List.of();

    /** The file of which it was told last that it is of another history. */
    private @Nullable ArchiveFile foreign;

    private ArchiveVerification(@Nullable LogDevice log) {
        this.log = log;
    }

    /**
     * What is not as it was written.
     *
     * @param log by itself, without the archive; null to look at the archive alone
     */
    public static Findings of(Archive archive, @Nullable LogDevice log) throws IOException {
        var verification = new ArchiveVerification(log);
        for (var partition : archive.partitions()) {
            findMissing(archive, partition, verification.findings);
            for (var file : archive.files(partition)) {
                verification.verify(file);
            }
        }
        if (log != null) {
            for (var partition = 0; partition < log.partitions(); partition++) {
                verification.findTakenOut(log, partition, archive.end(partition));
            }
        }
        return verification.findings;
    }

    /** Files that are missing between others, or cannot be read; their events are not looked at. */
    public static Findings ofFiles(Archive archive) throws IOException {
        var findings = new Findings();
        for (var partition : archive.partitions()) {
            findMissing(archive, partition, findings);
            for (var file : archive.files(partition)) {
                try {
                    var _ = file.index();
                } catch (CorruptLogException e) {
                    findings.add(file.path().toString(), e.what());
                }
            }
        }
        return findings;
    }

    private static void findMissing(Archive archive, int partition, Findings findings) {
        var next = 0L;
        for (var file : archive.files(partition)) {
            if (next > 0 && file.from() > next) {
                var missing = archive.missing(partition, next, file.from() - 1);
                findings.add(archive.folder().toString(), missing.what());
            }
            next = file.to() + 1;
        }
    }

    private void verify(ArchiveFile file) throws IOException {
        if (log != null && file.partition() >= log.partitions()) {
            findings.add(file.path().toString(), "the log has no partition " + file.partition());
            return;
        }
        file.verify(
                events -> {
                    for (var event : events) {
                        compare(file, event);
                    }
                },
                findings);
    }

    private void compare(ArchiveFile file, Event event) {
        if (log != null && !file.equals(foreign) && !isOf(log, event)) {
            foreign = file; // the others would tell the same
            findings.add(
                    "%s position %d".formatted(file.path(), event.position()),
                    "the log does not have this event there: of another history");
        }
    }

    /** Whether it is in the log, as it is here or without its content. */
    private boolean isOf(LogDevice device, Event event) {
        try {
            var its = at(device, event.partition(), event.position());
            return its != null
                    && (its.data().isRemoved()
                            ? ArchivedLogDevice.isSame(its, event)
                            : its.equals(event));
        } catch (IOException _) { // the log's own verification tells
            return true;
        }
    }

    /** The log's event there; null if it ends before. */
    private @Nullable Event at(LogDevice device, int partition, long position) throws IOException {
        if (chunk.isEmpty()
                || chunk.getFirst().partition() != partition
                || chunk.getFirst().position() > position
                || chunk.getLast().position() < position) {
            chunk = List.of();
            chunk = device.read(partition, position, BOUND);
        }
        return chunk.isEmpty() ? null : chunk.get((int) (position - chunk.getFirst().position()));
    }

    /** Nothing goes that is not in the archive; so its files went, if something did. */
    private void findTakenOut(LogDevice device, int partition, long after) {
        var first = 0L;
        var count = 0L;
        try {
            for (var from = after + 1; from <= device.last(partition); ) {
                var events = device.read(partition, from, BOUND);
                for (var event : events) {
                    if (event.data().isRemoved()) {
                        first = first == 0 ? event.position() : first;
                        count++;
                    }
                }
                from = events.getLast().position() + 1;
            }
        } catch (IOException _) {
            // the log's own verification tells
        }
        if (count > 0) {
            findings.add(
                    "partition %d position %d".formatted(partition, first),
                    "taken out of the log, as are %d from there on, and in no file of the archive"
                            .formatted(count));
        }
    }
}
