package dev.lumiere.eventlog.retention;

import static dev.lumiere.eventlog.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Findings.Finding;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three files of an archive, of which one is not as it was. */
class ArchiveDamageTest {
    private static final int FILE = 300;
    private static final LogDevice.Bound ONE = new LogDevice.Bound(1, 0);
    private static final StreamId NOTE = new StreamId("note", "a");
    private static final List<Rule> ALL_BUT_THE_LAST = List.of(new Rule("note", null, 1));

    @TempDir Path home;
    private RocksLogDevice device;
    private EventLog log;
    private List<Event> before;

    @BeforeEach
    void archiveAllOfALog() throws Exception {
        device = new RocksLogDevice(home.resolve("log"), 1);
        log = EventLog.open(device);
        fill(log, 0);
        before = log.read(0, 1, 4096);
        assertThat(archive().takeOver(log, FILE)).isEqualTo(3 * FILE);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private static void fill(EventLog log, int ids) throws InterruptedException {
        var events =
                IntStream.range(0, 3 * FILE)
                        .mapToObj(i ->
                                EventData.of(
                                        new UUID(ids, i),
                                        "Said",
                                        Instant.EPOCH,
                                        "{\"w\":" + i + "}"))
                        .toList();
        log.append(Append.to(NOTE, Expected.any(), events), LONG);
    }

    private Archive archive() throws IOException {
        return new Archive(home.resolve("archive"));
    }

    private Path file(int number) {
        return home.resolve("archive")
                .resolve(ArchiveFile.name(0, (number - 1L) * FILE + 1, (long) number * FILE));
    }

    /** All but the last, so that they are in the archive alone. */
    private void takeOut() throws IOException {
        assertThat(new Retention(log, device, ALL_BUT_THE_LAST, archive()).apply(Instant.EPOCH))
                .isEqualTo(3 * FILE - 1);
    }

    /** What a log with the archive as it is now gives, up to where it cannot be read. */
    private List<Event> readFrom(long position) throws IOException {
        var archived = new ArchivedLogDevice(device, archive());
        var read = new ArrayList<Event>();
        try {
            for (var next = position; next <= 3 * FILE; next = position + read.size()) {
                read.addAll(archived.read(0, next, new LogDevice.Bound(200, 1 << 20)));
            }
        } catch (CorruptLogException _) {
            // up to there
        }
        return read;
    }

    private List<Finding> verified() throws IOException {
        return ArchiveVerification.of(archive(), device).listed();
    }

    /** Of the second file, all else is as it was. */
    private void assertThatTheSecondIsFoundAlone(String how) throws IOException {
        assertThatThrownBy(
                        () -> {
                            for (var position = FILE + 1; position <= 2 * FILE; position++) {
                                archive().read(0, position, ONE);
                            }
                        })
                .as(how)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(file(2).toString());
        assertThat(verified())
                .as(how)
                .isNotEmpty()
                .allMatch(finding -> finding.where().startsWith(file(2).toString()));
        var start = readFrom(1);
        assertThat(start).as(how).hasSizeGreaterThanOrEqualTo(FILE).hasSizeLessThan(3 * FILE);
        assertThat(start).as(how).isEqualTo(before.subList(0, start.size()));
        assertThat(readFrom(2 * FILE + 1)).as(how).isEqualTo(before.subList(2 * FILE, 3 * FILE));
    }

    @Test
    void aFlippedBitIsFoundAndTheRestIsRead() throws Exception {
        takeOut();
        assertThat(verified()).isEmpty();
        assertThat(readFrom(1)).isEqualTo(before);
        var bytes = Files.readAllBytes(file(2));
        for (var at = 0; at < bytes.length; at += 997) {
            var damaged = bytes.clone();
            damaged[at] ^= 16;
            Files.write(file(2), damaged);
            assertThatTheSecondIsFoundAlone("byte " + at);
        }
    }

    @Test
    void aShortenedFileIsFoundAndTheRestIsRead() throws Exception {
        takeOut();
        var bytes = Files.readAllBytes(file(2));
        for (var left : List.of(0, 1, 40, 1000, bytes.length / 2, bytes.length - 1)) {
            Files.write(file(2), Arrays.copyOf(bytes, left));
            assertThatTheSecondIsFoundAlone("cut to " + left);
            assertThat(ArchiveVerification.ofFiles(archive()).listed())
                    .extracting(Finding::where)
                    .containsExactly(file(2).toString());
        }
    }

    @Test
    void damageIsToldByItsPlaceAndTheRestOfTheFileIsLookedAt() throws Exception {
        for (var number : List.of(1, 3)) {
            var bytes = Files.readAllBytes(file(number));
            var length = bytes.length / FILE;
            bytes[5 * length] ^= 1;
            bytes[bytes.length - 20 * length] ^= 1;
            Files.write(file(number), bytes);
        }

        assertThat(verified()).hasSize(4);
        assertThat(verified().get(0).where()).matches(".*0300\\.events position [3-6]");
        assertThat(verified().get(3).where()).matches(".*0900\\.events position 8[78]\\d");
    }

    @Test
    void aFileThatIsMissingBetweenOthersIsFound() throws Exception {
        takeOut();
        Files.delete(file(2));
        var missing = "the file of partition 0 positions 301 to 600 is missing";

        assertThat(ArchiveVerification.ofFiles(archive()).listed())
                .extracting(Finding::what)
                .containsExactly(missing);
        assertThat(verified()).extracting(Finding::what).containsExactly(missing);
        assertThat(readFrom(1)).isEqualTo(before.subList(0, FILE));
        assertThat(readFrom(2 * FILE + 1)).isEqualTo(before.subList(2 * FILE, 3 * FILE));
        assertThatThrownBy(() -> archive().read(0, 400, ONE))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContainingAll(home.resolve("archive").toString(), missing);
    }

    @Test
    void aFileThatIsMissingAtTheEndIsFoundByWhatWentOutOfTheLog() throws Exception {
        takeOut();
        Files.delete(file(3));

        assertThat(verified())
                .containsExactly(
                        new Finding(
                                "partition 0 position 601",
                                "taken out of the log, as are 299 from there on, and in no file of"
                                        + " the archive"));
    }

    /** As one may decide that it was kept long enough. */
    @Test
    void theFirstFilesMayBeDeleted() throws Exception {
        takeOut();
        archive().deleteUpTo(0, FILE);

        assertThat(verified()).isEmpty();
        assertThat(readFrom(1)).hasSize(3 * FILE);
        assertThat(readFrom(1).subList(0, FILE)).allMatch(event -> event.data().isRemoved());
    }

    @Test
    void aFileThatGoesWhileItIsInUseIsTold() throws Exception {
        var archive = archive();
        Files.delete(file(2));

        assertThatThrownBy(() -> archive.read(0, FILE + 1, ONE))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(file(2) + ": it is not there any more");
    }

    @Test
    void filesOfOthersAreNoPartOfIt() throws Exception {
        for (var name :
                List.of("README", "p0000-0000000000000000901-0000000000000001200.events.new")) {
            Files.writeString(home.resolve("archive").resolve(name), "not events");
        }
        Files.writeString(
                home.resolve("archive")
                        .resolve("p0000-9999999999999999999-9999999999999999999.events"),
                "");
        assertThat(verified()).isEmpty();

        Files.copy(file(1), home.resolve("archive").resolve(ArchiveFile.name(7, 1, FILE)));
        Files.copy(file(1), home.resolve("archive").resolve(ArchiveFile.name(0, 901, 1200)));
        assertThat(verified())
                .extracting(Finding::what)
                .containsExactly(
                        "it is of another place than its name says", "the log has no partition 7");
    }

    @Test
    void aFileOfAnotherLogIsFound() throws Exception {
        var elsewhere = home.resolve("elsewhere");
        try (var other = EventLog.open(new RocksLogDevice(home.resolve("other"), 1))) {
            fill(other, 1);
            new Archive(elsewhere).takeOver(other, FILE);
        }
        var name = file(2).getFileName();
        Files.delete(file(2));
        Files.copy(elsewhere.resolve(name), file(2));

        assertThat(verified())
                .containsExactly(
                        new Finding(
                                file(2) + " position 301",
                                "the log does not have this event there: of another history"));
    }

    @Test
    void nothingIsTakenOutOfTheLogThatADamagedFileHolds() throws Exception {
        var bytes = Files.readAllBytes(file(2));
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(2), bytes);

        var taken = new Retention(log, device, ALL_BUT_THE_LAST, archive()).apply(Instant.EPOCH);

        assertThat(taken).isEqualTo(2 * FILE - 1);
        assertThat(readFrom(1)).isEqualTo(before);
        Files.delete(file(2)); // so that it is made anew
        assertThat(archive().takeOver(log, FILE)).isEqualTo(FILE);
        assertThat(verified()).isEmpty();
    }

    @Test
    void aFileThatIsDamagedSinceTheLastRunHoldsNothingMore() throws Exception {
        var archive = archive();
        var some = List.of(new Rule("note", null, 3 * FILE - 10));
        assertThat(new Retention(log, device, some, archive).apply(Instant.EPOCH)).isEqualTo(10);
        var bytes = Files.readAllBytes(file(1));
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(1), bytes);

        assertThat(new Retention(log, device, ALL_BUT_THE_LAST, archive).apply(Instant.EPOCH))
                .isEqualTo(2 * FILE - 1);
        assertThat(device.read(0, 11, ONE)).isEqualTo(before.subList(10, 11));
    }

    @Test
    void aFileThatCannotBeReadAtAllIsNotTakenForADamagedOne() throws Exception {
        var archive = archive();
        Files.delete(file(2));
        Files.createSymbolicLink(file(2), file(2)); // which leads nowhere

        assertThatThrownBy(() ->
                        new Retention(log, device, ALL_BUT_THE_LAST, archive).apply(Instant.EPOCH))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(CorruptLogException.class)
                .hasMessageContaining(file(2).toString());
    }
}
