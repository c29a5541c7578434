package dev.lumiere.eventlog.retention;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice.Bound;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivedLogDeviceTest {
    private static final int EVENTS = 40;
    private static final int EVENT_BYTES = 100_000;
    private static final StreamId NOTE = new StreamId("note", "a");

    @TempDir Path home;

    /** Of each is left almost nothing in the log, so that the device itself gives all of them. */
    @Test
    void noMoreOfTheArchiveIsReadAtOnceThanTheBoundSays() throws Exception {
        var device = new RocksLogDevice(home.resolve("log"), 1);
        try (var log = EventLog.open(device)) {
            var text = "\"" + "a".repeat(EVENT_BYTES - 2) + "\"";
            for (var i = 0; i < EVENTS; i++) {
                var append = Append.to(NOTE, Expected.any(), List.of(event(new UUID(0, i), text)));
                assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
            }
            var archive = new Archive(home.resolve("archive"));
            archive.takeOver(log, EVENTS / 2);
            var rules = List.of(new Rule("note", null, 1));
            new Retention(log, device, rules, archive).apply(Instant.EPOCH);
            var archived = new ArchivedLogDevice(device, archive);
            var bound = new Bound(EVENTS, 10 * EVENT_BYTES);

            assertThat(archived.readStream(NOTE, 1, bound)).hasSize(10);
            assertThat(archived.readStreamBackwards(NOTE, EVENTS, bound)).hasSize(10);
            assertThat(archived.read(0, 1, new Bound(EVENTS, 0))).hasSize(1);
            assertThat(archive.read(0, 1, bound)).hasSize(10);
            var all = new ArrayList<Event>();
            while (all.size() < EVENTS) {
                var read = archived.read(0, all.size() + 1, bound);
                assertThat(read).hasSize(10);
                all.addAll(read);
            }
            assertThat(all)
                    .extracting(event -> event.data().id())
                    .containsExactlyElementsOf(
                            all.stream().map(event -> new UUID(0, event.position() - 1)).toList());
            assertThat(all).allMatch(event -> event.data().payload().size() == EVENT_BYTES);
        }
    }
}
