package dev.lumiere.storage.catalog;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.NotKept;
import dev.lumiere.storage.bucket.Histories;
import dev.lumiere.storage.catalog.MoveEvent.MoveGivenUp;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import dev.lumiere.storage.rule.ChangeKind;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Copies and moves of objects within a catalog; names that are none are refused before. */
final class Relocation {
    private final Catalog catalog;
    private final Histories<ObjectEvent> histories;
    private final Histories<MoveEvent> moves;
    private final InstantSource clock;
    private volatile @Nullable BlobStore contents;

    Relocation(
            Catalog catalog,
            Histories<ObjectEvent> histories,
            Histories<MoveEvent> moves,
            InstantSource clock) {
        this.catalog = catalog;
        this.histories = histories;
        this.moves = moves;
        this.clock = clock;
    }

    /**
     * Says where contents are: one that is copied or moved is renewed there first, so that it is
     * not swept when its old name goes meanwhile.
     */
    void keptIn(BlobStore blobs) {
        contents = blobs;
    }

    CatalogObject copy(ObjectName name, ObjectName to, boolean replaces) {
        var from = source(name);
        if (name.equals(to)) {
            return from.object();
        }
        var object = renamed(from.object(), to);
        return catalog.decide(
                to.bucket(),
                to.key(),
                there ->
                        new ObjectPut(
                                overwriting(there, object, replaces),
                                ChangeKind.COPY.word(),
                                name));
    }

    CatalogObject move(ObjectName name, ObjectName to, boolean replaces) {
        var from = source(name);
        if (name.equals(to)) {
            return from.object();
        }
        var object = renamed(from.object(), to);
        var moved =
                catalog.append(
                        to.bucket(),
                        to.key(),
                        last ->
                                isFrom(name, from.version(), last.event())
                                        ? null // by who moves it there at the same time
                                        : new ObjectMoved(
                                                overwriting(
                                                        catalog.living(last.event()),
                                                        object,
                                                        replaces),
                                                name.bucket(),
                                                name.key(),
                                                from.version()));
        unlink(name, from.version(), to);
        return Catalog.existing(ObjectEvent.after(moved));
    }

    private static boolean isFrom(ObjectName name, long version, @Nullable ObjectEvent event) {
        return event instanceof ObjectMoved(_, var bucket, var key, var moved)
                && name.equals(new ObjectName(bucket, key))
                && moved == version;
    }

    /** What the log says, which may be more than the view knows yet. */
    private CatalogEntry source(ObjectName name) {
        var last = histories.last(ObjectEvent.stream(name.bucket(), name.key()));
        var object = Catalog.existing(catalog.living(last.event()));
        renew(object.blob());
        return new CatalogEntry(last.version(), object);
    }

    private void renew(BlobId blob) {
        var blobs = contents;
        try {
            if (blobs != null && !blobs.renew(blob)) {
                throw Problem.of(612, "no such file or directory").refused();
            }
        } catch (IOException e) {
            throw NotKept.because("the content cannot be kept now", e);
        }
    }

    private static CatalogObject overwriting(
            @Nullable CatalogObject there, CatalogObject object, boolean replaces) {
        if (there != null && !replaces) {
            throw Problem.of(614, "file exists").refused();
        }
        return object;
    }

    private CatalogObject renamed(CatalogObject object, ObjectName to) {
        return object.at(to.bucket(), to.key(), CatalogObject.putTime(clock.instant()));
    }

    /**
     * Ends a move: deletes what was moved away if it is still that, else gives it up.
     *
     * @param to where
     */
    void unlink(ObjectName name, long version, ObjectName to) {
        var last =
                catalog.append(
                        name.bucket(),
                        name.key(),
                        l ->
                                l.version() == version && ObjectEvent.after(l.event()) != null
                                        ? new ObjectMovedAway(
                                                name.bucket(), name.key(), version, to)
                                        : null);
        if (!isAway(last, version, to) && !isAway(next(name, version), version, to)) {
            moves.change(
                    MoveEvent.stream(name, version, to),
                    said ->
                            said.event() == null
                                    ? new MoveGivenUp(name.bucket(), name.key(), version, to)
                                    : null);
        }
    }

    private static boolean isAway(@Nullable ObjectEvent event, long version, ObjectName to) {
        return event instanceof ObjectMovedAway(_, _, var moved, var where)
                && moved == version
                && to.equals(where);
    }

    /** What has become of a version, as the log tells for ever. */
    private @Nullable ObjectEvent next(ObjectName name, long version) {
        return histories.at(ObjectEvent.stream(name.bucket(), name.key()), version + 1);
    }
}
