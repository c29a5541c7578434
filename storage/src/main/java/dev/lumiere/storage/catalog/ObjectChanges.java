package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import dev.lumiere.storage.rule.ChangeKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The changes of objects that are in a log. */
public final class ObjectChanges {
    private final EventLog log;

    /** Of a log. */
    public ObjectChanges(EventLog log) {
        this.log = log;
    }

    /** The bucket whose object an event is about, without reading it; null if it is of none. */
    public static @Nullable String bucket(Event event) {
        if (!event.stream().category().equals(ObjectEvent.CATEGORY)) {
            return null;
        }
        var name = event.stream().key();
        var slash = name.indexOf('/');
        return slash < 0 ? null : name.substring(0, slash);
    }

    /**
     * What an event tells of; null if nothing that anybody may want to know.
     *
     * @throws IOException if what was before cannot be read
     */
    public @Nullable ObjectChange of(Event event) throws IOException {
        return switch (ObjectEvent.TYPES.event(event.data())) {
            case null -> null;
            case ObjectPut(var object, var kind, var from) ->
                    ObjectChange.of(kind(kind), object, from);
            case ObjectMoved(var object, var bucket, var key, _) ->
                    ObjectChange.of(ChangeKind.MOVE, object, new ObjectName(bucket, key));
            case ObjectChanged(var object) -> changed(object, before(event));
            case ObjectDeleted(var bucket, var key) ->
                    new ObjectChange(ChangeKind.DELETE, bucket, key, before(event), null, null);
            case ObjectMovedAway(var bucket, var key, _, var to) ->
                    new ObjectChange(
                            ChangeKind.MOVE,
                            bucket,
                            key,
                            before(event),
                            new ObjectName(bucket, key),
                            to);
        };
    }

    /** What nobody here knows is put nevertheless. */
    private static ChangeKind kind(@Nullable String word) {
        var kind = word == null ? null : ChangeKind.of(word);
        return kind == null ? ChangeKind.PUT : kind;
    }

    private static @Nullable ObjectChange changed(
            CatalogObject object, @Nullable CatalogObject before) {
        var wasDisabled = before != null && before.isDisabled();
        if (object.isDisabled() == wasDisabled) {
            return null;
        }
        var kind = object.isDisabled() ? ChangeKind.DISABLE : ChangeKind.ENABLE;
        return ObjectChange.of(kind, object, null);
    }

    private @Nullable CatalogObject before(Event event) throws IOException {
        if (event.version() == 1) {
            return null;
        }
        var events = log.readStreamBackwards(event.stream(), event.version() - 1, 1);
        return events.isEmpty()
                ? null
                : ObjectEvent.after(ObjectEvent.TYPES.event(events.getFirst().data()));
    }
}
