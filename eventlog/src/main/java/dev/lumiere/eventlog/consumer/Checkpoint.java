package dev.lumiere.eventlog.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a partition stands with the consumers of one name. Each is whole, so that the last of its
 * stream is enough.
 *
 * @param member who has it; null if nobody
 * @param epoch version of the event with which it was taken, which no other taking has
 * @param position up to which it is handled
 * @param last id of the event there, by which another log is known; null if that is not known
 * @param wantedBy who asks for it, or to whom it is left; null if nobody
 * @param probedBy who asks whether its member is alive; null if nobody, or if it has answered
 * @param stopped why it does not go on, though there may be more; null if it does
 * @param beat goes up with each event of who has it
 */
record Checkpoint(
        @Nullable String member,
        long epoch,
        long position,
        @Nullable UUID last,
        @Nullable String wantedBy,
        @Nullable String probedBy,
        @Nullable String stopped,
        long beat) {
    private static final String TYPE = "PartitionCheckpointed";
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    /** Of a partition that nobody has had. */
    static final Checkpoint NONE = new Checkpoint(null, 0, 0, null, null, null, null, 0);

    Checkpoint takenBy(String taker, long asVersion) {
        return new Checkpoint(taker, asVersion, position, last, null, null, null, 0);
    }

    Checkpoint wantedBy(String other) {
        return new Checkpoint(member, epoch, position, last, other, probedBy, stopped, beat);
    }

    Checkpoint probedBy(String other) {
        return new Checkpoint(member, epoch, position, last, wantedBy, other, stopped, beat);
    }

    /** With an answer to who asked. */
    Checkpoint at(long reached, @Nullable UUID event, @Nullable String stop) {
        return new Checkpoint(member, epoch, reached, event, wantedBy, null, stop, beat + 1);
    }

    Checkpoint givenUpAt(long reached, @Nullable UUID event) {
        return new Checkpoint(null, epoch, reached, event, wantedBy, null, null, beat + 1);
    }

    /** Whether who has it has said nothing between the two. */
    boolean isSilentSince(Checkpoint before) {
        return epoch == before.epoch && beat == before.beat;
    }

    EventData data(Instant time) {
        try {
            var payload = Payload.of(JSON.writeValueAsString(this));
            return new EventData(UUID.randomUUID(), TYPE, 1, time, EventData.Context.NONE, payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Checkpoint of(Event event) throws CorruptLogException {
        try {
            if (event.data().type().equals(TYPE)) {
                return JSON.readValue(event.data().payload().text(), Checkpoint.class);
            }
        } catch (JsonProcessingException e) {
            throw new CorruptLogException(event.place().toString(), e.getOriginalMessage());
        }
        throw new CorruptLogException(
                event.place().toString(), "no checkpoint but " + event.data().type());
    }
}
