package dev.lumiere.storage.catalog;

import dev.lumiere.storage.rule.LifecycleRule;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what the rules of its bucket keep no longer, however long ago it was put and by which
 * rules then. An object whose own end was set has that alone.
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
     * @return how many were found to have outlived their time
     */
    public long pass() {
        var found = 0L;
        for (var bucket : catalog.buckets().all()) {
            for (var rule : bucket.settings().lifecycle()) {
                if (rule.deleteAfterDays() > 0) {
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
                if (rule.equals(ruleOf(object)) && isOutlived(object, rule)) {
                    catalog.deleteIf(bucket, object.key(), this::isOutlived);
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
}
