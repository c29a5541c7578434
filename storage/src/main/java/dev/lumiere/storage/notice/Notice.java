package dev.lumiere.storage.notice;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.storage.catalog.ObjectChange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * One change, as it is told.
 *
 * @param partition of the log in which it lies
 * @param position in that
 * @param at when it happened
 * @param body JSON
 * @see <a href="https://developer.qiniu.com/kodo/8610/dev-event-notification">Event
 *     notifications</a>
 */
record Notice(int partition, long position, Instant at, String body) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUBJECT = "Qiniu KODO Notification";
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(8);
    private static final long NANOS_A_SECOND = 1_000_000_000;

    /**
     * Of an event.
     *
     * @param account whose bucket it is
     */
    static Notice of(Event event, ObjectChange change, String account) {
        var at = event.data().time();
        var message =
                JSON.createObjectNode()
                        .put("event", change.kind().word())
                        .put("time", at.getEpochSecond() * NANOS_A_SECOND + at.getNano())
                        .put("reqid", event.data().id().toString())
                        .put("user_id", account);
        var from = change.from();
        message.put("bucket", from == null ? change.bucket() : from.bucket())
                .put("key", from == null ? change.key() : from.key());
        var object = change.object();
        if (object != null) {
            message.put("fsize", object.size())
                    .put("hash", object.hash())
                    .put("ftype", object.storageClass())
                    .put("mimetype", object.mimeType());
        }
        var to = change.to();
        if (to != null) {
            message.put("dest_bucket", to.bucket()).put("dest_key", to.key());
        }
        var body =
                JSON.createObjectNode()
                        .put("Message", message.toString())
                        .put("Subject", SUBJECT)
                        .put("Timestamp", timestamp(at));
        return new Notice(event.partition(), event.position(), at, body.toString());
    }

    private static String timestamp(Instant at) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                at.truncatedTo(ChronoUnit.SECONDS).atOffset(ZONE));
    }
}
