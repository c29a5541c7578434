package dev.lumiere.eventlog.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates.At;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States kept now and then, so that not every event is read each time. They are events of the
 * stream {@code <category>.snapshot-<key>}: so every node has them, on any device, in the partition
 * of what they are made of and never ahead of it. All may be removed at any time, and a category of
 * them can be kept to the last few by retention.
 *
 * <p>One counts only for the {@link CodeVersion} that made it. What cannot be read does not count.
 *
 * @param <S> states, which Jackson reads and writes
 */
final class Snapshots<S> {
    private static final String TYPE = "SnapshotTaken";

    /** As many versions of the code may take turns. */
    private static final int TRIED = 4;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final EventLog log;
    private final String category;
    private final Class<S> type;
    private final int every;
    private final String code;

    private record Kept(long version, String code, JsonNode state) {}

    Snapshots(EventLog log, String category, Class<S> type, int every, String code) {
        if (every < 1) {
            throw new IllegalArgumentException("a snapshot each " + every + " events");
        }
        this.log = log;
        this.category = category + ".snapshot";
        this.type = type;
        this.every = every;
        this.code = code;
    }

    /** The last there is, not after a version; null if there is none that counts. */
    @Nullable At<S> last(String key, long atMost) throws IOException {
        var before = Long.MAX_VALUE;
        try {
            for (var tried = 0; tried < TRIED && before > 0; tried++) {
                var kept = log.readStreamBackwards(stream(key), before, 1);
                if (kept.isEmpty()) {
                    return null;
                }
                var at = read(kept.getFirst());
                if (at != null && at.version() <= atMost) {
                    return at;
                }
                before = kept.getFirst().version() - 1;
            }
        } catch (CorruptLogException e) {
            LOG.warn("snapshots of {} {} are passed over", category, key, e);
        }
        return null;
    }

    private @Nullable At<S> read(Event event) {
        if (!event.data().type().equals(TYPE)) {
            return null;
        }
        try {
            var kept = JSON.readValue(event.data().payload().text(), Kept.class);
            if (!code.equals(kept.code)) {
                return null;
            }
            var state = JSON.treeToValue(kept.state, type);
            return state == null ? null : new At<>(state, kept.version);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.warn("the snapshot at {} is passed over", event.place(), e);
            return null;
        }
    }

    /** Whether one is due, that many events after the last. */
    boolean isDue(long since) {
        return since >= every;
    }

    /** Keeps it if it can; nothing depends on it. */
    void keep(String key, At<S> at, Instant time, Duration atMost) throws InterruptedException {
        try {
            JsonNode state = JSON.valueToTree(at.state());
            var kept = JSON.writeValueAsString(new Kept(at.version(), code, state));
            var stream = stream(key);
            var id = stream + "/" + at.version() + "/" + code;
            var data =
                    EventData.of(
                            UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
                            TYPE,
                            time,
                            kept);
            log.append(Append.to(stream, Expected.any(), List.of(data)), atMost);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.warn("no snapshot of {} {}", category, key, e);
        }
    }

    private StreamId stream(String key) {
        return new StreamId(category, key);
    }
}
