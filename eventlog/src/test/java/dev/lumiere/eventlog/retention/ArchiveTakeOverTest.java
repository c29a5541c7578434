package dev.lumiere.eventlog.retention;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice.Bound;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two partitions, of which one lacks something. */
class ArchiveTakeOverTest {
    private static final int FILE = 10;

    @TempDir Path home;
    private EventLog log;
    private int written;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
        fill(3 * FILE);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private void fill(int upTo) throws InterruptedException {
        while (log.end(0) < upTo || log.end(1) < upTo) {
            var stream = stream("s" + written);
            written++;
            if (log.end(log.partition(stream)) < upTo) {
                var append = Append.to(stream, Expected.any(), List.of(event(written)));
                assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
            }
        }
    }

    private void remove(int partition, long from, long to) throws IOException {
        log.remove(partition, LongStream.rangeClosed(from, to).boxed().toList());
    }

    private Archive archive() throws IOException {
        return new Archive(home.resolve("archive"));
    }

    @Test
    void onePartitionThatCannotBeArchivedDoesNotHinderAnother() throws Exception {
        remove(0, FILE + 5, FILE + 5);

        assertThatThrownBy(() -> archive().takeOver(log, FILE))
                .hasMessageContaining("partition 0 position 15 on: it is gone");

        assertThat(archive().last(0)).isEqualTo(FILE);
        assertThat(archive().last(1)).isEqualTo(3 * FILE);
    }

    @Test
    void allThatCannotBeArchivedAreTold() throws Exception {
        remove(0, 5, 5);
        remove(1, 7, 7);

        assertThatThrownBy(() -> archive().takeOver(log, FILE))
                .hasMessageContaining("partition 0 position 5")
                .satisfies(e ->
                        assertThat(e.getSuppressed())
                                .singleElement()
                                .asString()
                                .contains("partition 1 position 7"));
    }

    /** As when it began without an archive, or with one that was lost. */
    @Test
    void aPartitionWithoutAFileBeginsBehindWhatIsGone() throws Exception {
        remove(0, 1, FILE + 3);
        remove(1, 1, 3 * FILE);

        assertThat(archive().takeOver(log, FILE)).isEqualTo(FILE);
        assertThat(archive().read(0, FILE + 4, new Bound(99, 1 << 20)))
                .isEqualTo(log.read(0, FILE + 4, FILE));
        assertThat(archive().last(0)).isEqualTo(2 * FILE + 3);

        fill(4 * FILE);
        assertThat(archive().takeOver(log, FILE)).isEqualTo(2 * FILE);
        assertThat(archive().files(1)).extracting(ArchiveFile::from).containsExactly(31L);
    }

    @Test
    void aFileThatIsMissingWhoseEventsAreGoneHindersItsPartitionAlone() throws Exception {
        archive().takeOver(log, FILE);
        remove(0, 1, 3 * FILE);
        Files.delete(home.resolve("archive").resolve(ArchiveFile.name(0, FILE + 1, 2 * FILE)));
        fill(4 * FILE);

        assertThatThrownBy(() -> archive().takeOver(log, FILE))
                .hasMessageContaining("partition 0 position 11 on: it is gone");
        assertThat(archive().last(1)).isEqualTo(4 * FILE);
    }
}
