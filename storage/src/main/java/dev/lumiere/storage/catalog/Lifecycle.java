package dev.lumiere.storage.catalog;

import dev.lumiere.storage.rule.LifecycleRule;
import dev.lumiere.storage.rule.StorageClass;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what the rules of its bucket keep no longer, and has the rest go to the storage classes
 * that they say, however long ago it was put and by which rules then. An object whose own end was
 * set has that alone, and so has one whose own times of classes were, until the last of them has
 * come.
 */
public final class Lifecycle {
    private static final int PAGE = 1000;

    private final Catalog catalog;
    private final InstantSource clock;

    public Lifecycle(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Looks at all objects whose keys begin as a rule says; stops between pages if interrupted.
     *
     * @return how many were to be deleted or to go to another class
     */
    public long pass() {
        var found = 0L;
        for (var bucket : catalog.buckets().all()) {
            for (var rule : bucket.settings().lifecycle()) {
                if (rule.deleteAfterDays() > 0 || !rule.classAfterDays().isEmpty()) {
                    found += pass(bucket.name(), rule);
                }
            }
        }
        return found;
    }

    private long pass(String bucket, LifecycleRule rule) {
        var found = 0L;
        var marker = "";
        do {
            if (Thread.currentThread().isInterrupted() || catalog.buckets().find(bucket) == null) {
                return found;
            }
            var page = catalog.list(bucket, rule.prefix(), "", marker, PAGE);
            for (var object : page.objects()) {
                if (!rule.equals(ruleOf(object))) {
                    continue;
                }
                if (isOutlived(object, rule)) {
                    catalog.deleteIf(bucket, object.key(), this::isOutlived);
                    found++;
                } else if (!inItsClass(object).equals(object)) {
                    catalog.changeIfThere(bucket, object.key(), this::inItsClass);
                    found++;
                }
            }
            marker = page.next();
        } while (!marker.isEmpty());
        return found;
    }

    /** As it is set now. */
    private @Nullable LifecycleRule ruleOf(CatalogObject object) {
        var bucket = catalog.buckets().find(object.bucket());
        return bucket == null
                ? null
                : LifecycleRule.of(object.key(), bucket.settings().lifecycle());
    }

    private boolean isOutlived(CatalogObject object) {
        var rule = ruleOf(object);
        return rule != null && isOutlived(object, rule);
    }

    private boolean isOutlived(CatalogObject object, LifecycleRule rule) {
        return rule.deleteAfterDays() > 0
                && object.expiresAt() == 0
                && CatalogObject.expiry(rule.deleteAfterDays(), object.putAt())
                        <= clock.instant().getEpochSecond();
    }

    /** In the class in which the rule that counts now wants it; itself if none says so. */
    private CatalogObject inItsClass(CatalogObject object) {
        var rule = ruleOf(object);
        if (rule == null || !object.transitions().isEmpty()) {
            return object;
        }
        var to = rule.classAfter(Duration.between(object.putAt(), clock.instant()).toDays());
        return to != null && to.isColderThan(StorageClass.of(object.storageClass()))
                ? object.inClass(to.number())
                : object;
    }
}
