package dev.lumiere.api.management;

import dev.lumiere.api.management.Operation.ChangeClass;
import dev.lumiere.api.management.Operation.ChangeMetadata;
import dev.lumiere.api.management.Operation.ChangeStatus;
import dev.lumiere.api.management.Operation.Copy;
import dev.lumiere.api.management.Operation.Delete;
import dev.lumiere.api.management.Operation.Move;
import dev.lumiere.api.management.Operation.Restore;
import dev.lumiere.api.management.Operation.Schedule;
import dev.lumiere.api.management.Operation.Stat;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.ContentTypes;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.Act;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/** Carries out operations on objects. Blocks. */
final class Operations {
    private final Catalog catalog;
    private final InstantSource clock;

    Operations(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Does it.
     *
     * @param buckets in which it may be done
     * @return what there is to tell; null for nothing
     * @throws Problem.Refused as {@link Catalog} says, 403 if the key may not
     */
    @Nullable JsonObject run(Operation operation, OwnBuckets buckets) {
        var bucket = operation.object().bucket();
        var key = operation.object().key();
        requireAll(operation, buckets);
        switch (operation) {
            case Stat _ -> {
                return ObjectJson.stat(found(operation.object()));
            }
            case Delete _ -> catalog.delete(bucket, key);
            case Copy(_, var to, var replaces) ->
                    catalog.copy(bucket, key, to.bucket(), to.key(), replaces);
            case Move(_, var to, var replaces) ->
                    catalog.move(bucket, key, to.bucket(), to.key(), replaces);
            case ChangeMetadata change ->
                    catalog.change(bucket, key, object -> changed(object, change));
            case ChangeClass(_, var storageClass) ->
                    catalog.change(bucket, key, object -> object.inClass(storageClass));
            case ChangeStatus(_, var isDisabled) ->
                    catalog.change(bucket, key, object -> object.disabled(isDisabled));
            case Schedule schedule ->
                    catalog.change(bucket, key, object -> scheduled(object, schedule));
            case Restore _ -> found(operation.object());
        }
        return null;
    }

    /** Refuses what the key may not, at both ends. */
    private static void requireAll(Operation operation, OwnBuckets buckets) {
        switch (operation) {
            case Stat(var object) -> require(Act.READ, object, buckets);
            case Delete(var object) -> require(Act.DELETE, object, buckets);
            case Copy(var from, var to, _) -> {
                require(Act.READ, from, buckets);
                require(Act.WRITE, to, buckets);
            }
            case Move(var from, var to, _) -> {
                require(Act.READ, from, buckets);
                require(Act.DELETE, from, buckets);
                require(Act.WRITE, to, buckets);
            }
            case Schedule(var object, var days, _, _) -> {
                require(Act.WRITE, object, buckets);
                if (days > 0) {
                    require(Act.DELETE, object, buckets);
                }
            }
            case ChangeMetadata _, ChangeClass _, ChangeStatus _, Restore _ ->
                    require(Act.WRITE, operation.object(), buckets);
        }
    }

    private static void require(Act act, ObjectName object, OwnBuckets buckets) {
        buckets.find(object.bucket(), act, object.key());
    }

    private CatalogObject found(ObjectName name) {
        var object = catalog.find(name.bucket(), name.key());
        if (object == null) {
            throw Problem.of(612, "no such file or directory").refused();
        }
        return object;
    }

    private static CatalogObject changed(CatalogObject object, ChangeMetadata change) {
        change.condition().checked(object);
        var metadata = new HashMap<>(object.metadata());
        metadata.putAll(change.metadata());
        OperationText.checkSize(metadata);
        var given = change.mimeType();
        var mimeType =
                given == null
                        ? object.mimeType()
                        : given.isEmpty() ? ContentTypes.of(object.key()) : given;
        return object.ofType(mimeType).with(metadata);
    }

    private CatalogObject scheduled(CatalogObject object, Schedule schedule) {
        schedule.condition().checked(object);
        var transitions = new HashMap<>(object.transitions());
        schedule.classAfterDays()
                .forEach((to, days) -> {
                    if (days < 0) {
                        transitions.remove(to);
                    } else if (days > 0) {
                        transitions.put(to, CatalogObject.expiry(days, clock.instant()));
                    }
                });
        var after = object.transitioning(transitions);
        var days = schedule.deleteAfterDays();
        return days == 0
                ? after
                : after.expiringAt(days < 0 ? 0 : CatalogObject.expiry(days, clock.instant()));
    }
}
