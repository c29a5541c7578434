package dev.lumiere.bench.log;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Ours: each writer appends to a stream of its own, with the version it expects. */
final class LumiereLog implements Appending {
    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final AtomicLong LOGS = new AtomicLong();

    private final EventLog log;
    private final long seed = LOGS.incrementAndGet();

    LumiereLog(LogDevice device) throws IOException {
        log = EventLog.open(device);
    }

    @Override
    public void append(int writer, int number, byte[] payload) throws Exception {
        var random = new SplittableRandom(seed << 48 | (long) writer << 32 | number);
        var event =
                new EventData(
                        new UUID(random.nextLong(), random.nextLong()),
                        "Measured",
                        1,
                        Instant.now(),
                        EventData.Context.NONE,
                        Payload.copyOf(payload));
        var stream = new StreamId("bench", "writer-" + writer);
        var outcome =
                log.append(Append.to(stream, Expected.version(number), List.of(event)), AT_MOST);
        if (!(outcome instanceof AppendOutcome.Appended)) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
