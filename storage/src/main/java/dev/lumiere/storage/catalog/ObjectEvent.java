package dev.lumiere.storage.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.rule.ChangeKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What can become of an object. The last event of its stream says all there is to know of it. */
sealed interface ObjectEvent {
    /**
     * Its content is this from now on.
     *
     * @param kind how it came, a word of {@link ChangeKind}; null for an upload at once, and in
     *     what older nodes wrote
     * @param from of what it is a copy; null if it is none, and in what older nodes wrote
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ObjectPut(CatalogObject object, @Nullable String kind, @Nullable ObjectName from)
            implements ObjectEvent {}

    /**
     * The same, of an object that is to be deleted for it.
     *
     * @param fromVersion of that object's stream
     */
    record ObjectMoved(CatalogObject object, String fromBucket, String fromKey, long fromVersion)
            implements ObjectEvent {}

    /** Its content is the same, and something else is not. */
    record ObjectChanged(CatalogObject object) implements ObjectEvent {}

    record ObjectDeleted(String bucket, String key) implements ObjectEvent {}

    /**
     * The same, for the sake of an {@link ObjectMoved}.
     *
     * @param version of this stream that was moved
     * @param to where; null in what older nodes wrote
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ObjectMovedAway(String bucket, String key, long version, @Nullable ObjectName to)
            implements ObjectEvent {}

    /** Of all streams of objects. */
    String CATEGORY = "storage.object";

    /** By these names they are kept, for ever. */
    EventTypes<ObjectEvent> TYPES =
            new EventTypes<>(
                    EventType.of("ObjectPut", ObjectPut.class),
                    EventType.of("ObjectMoved", ObjectMoved.class),
                    EventType.of("ObjectChanged", ObjectChanged.class),
                    EventType.of("ObjectDeleted", ObjectDeleted.class),
                    EventType.of("ObjectMovedAway", ObjectMovedAway.class));

    /** What an event is about. */
    static ObjectName name(ObjectEvent event) {
        return switch (event) {
            case ObjectPut(var object, _, _) -> ObjectName.of(object);
            case ObjectMoved(var object, _, _, _) -> ObjectName.of(object);
            case ObjectChanged(var object) -> ObjectName.of(object);
            case ObjectDeleted(var bucket, var key) -> new ObjectName(bucket, key);
            case ObjectMovedAway(var bucket, var key, _, _) -> new ObjectName(bucket, key);
        };
    }

    /** The object after an event; null if there is none. */
    static @Nullable CatalogObject after(@Nullable ObjectEvent event) {
        return switch (event) {
            case null -> null;
            case ObjectPut(var object, _, _) -> object;
            case ObjectMoved(var object, _, _, _) -> object;
            case ObjectChanged(var object) -> object;
            case ObjectDeleted _, ObjectMovedAway _ -> null;
        };
    }

    /**
     * The stream of an object: its bucket and key, with control characters and {@code %} escaped; a
     * key that is too long for a stream's name then stands there by its hash, after a {@code #}.
     */
    static StreamId stream(String bucket, String key) {
        return new StreamId(CATEGORY, streamKey("", bucket, key));
    }

    /** The same behind something else. */
    static String streamKey(String before, String bucket, String key) {
        var name = new StringBuilder(before).append(bucket).append('/');
        var begins = name.length();
        for (var i = 0; i < key.length(); i++) {
            var c = key.charAt(i);
            if (Character.isISOControl(c) || c == '%' || (c == '#' && i == 0)) {
                name.append("%%%02X".formatted((int) c));
            } else {
                name.append(c);
            }
        }
        if (name.toString().getBytes(StandardCharsets.UTF_8).length > MAX_STREAM_BYTES) {
            name.setLength(begins);
            name.append('#').append(hash(key));
        }
        return name.toString();
    }

    /** What a stream's key may have. */
    int MAX_STREAM_BYTES = 1024;

    /** 64 hexadecimal digits in place of a text that may be long. */
    static String hash(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
