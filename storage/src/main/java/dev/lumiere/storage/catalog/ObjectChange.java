package dev.lumiere.storage.catalog;

import dev.lumiere.storage.rule.ChangeKind;
import org.jspecify.annotations.Nullable;

/**
 * What has become of an object, for who tells others of it.
 *
 * @param kind what it was
 * @param bucket whose rules count for it
 * @param key by which they do
 * @param object as it is now; of what is gone, as it was; null if that is not known any more
 * @param from where it was copied or moved from; null if it was not
 * @param to where it was copied or moved to; null if it was not, or that is not known
 */
public record ObjectChange(
        ChangeKind kind,
        String bucket,
        String key,
        @Nullable CatalogObject object,
        @Nullable ObjectName from,
        @Nullable ObjectName to) {
    static ObjectChange of(ChangeKind kind, CatalogObject object, @Nullable ObjectName from) {
        return new ObjectChange(
                kind,
                object.bucket(),
                object.key(),
                object,
                from,
                from == null ? null : ObjectName.of(object));
    }
}
