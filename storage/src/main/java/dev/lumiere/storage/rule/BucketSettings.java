package dev.lumiere.storage.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a bucket. Of what was written by older nodes some is missing, which counts as not
 * set; so what is added here has to be an object too.
 *
 * @param rules how objects are served
 * @param antiLeech who may fetch them, of those who may at all
 * @param cors for pages of other origins; the first that fits counts, none let all in
 * @param lifecycle how long objects are kept
 * @param quota how much there may be
 * @param tags what is written on it, which nothing goes by
 * @param events who is told of what becomes of objects; the first that fits counts
 */
public record BucketSettings(
        BucketRules rules,
        AntiLeech antiLeech,
        List<CorsRule> cors,
        List<LifecycleRule> lifecycle,
        Quota quota,
        List<BucketTag> tags,
        List<EventRule> events) {
    private static final int MAX_CORS_RULES = 10;
    private static final int MAX_LIFECYCLE_RULES = 100;
    private static final int MAX_EVENT_RULES = 20;

    /** Of a bucket of which nothing was said. */
    public static final BucketSettings NONE =
            new BucketSettings(
                    BucketRules.NONE,
                    AntiLeech.OFF,
                    List.of(),
                    List.of(),
                    Quota.NONE,
                    List.of(),
                    List.of());

    /**
     * Checks what is said together.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public BucketSettings {
        rules = or(rules, BucketRules.NONE);
        antiLeech = or(antiLeech, AntiLeech.OFF);
        cors = List.copyOf(or(cors, List.of()));
        lifecycle = List.copyOf(or(lifecycle, List.of()));
        quota = or(quota, Quota.NONE);
        tags = List.copyOf(or(tags, List.of()));
        BucketTag.check(tags);
        events = List.copyOf(or(events, List.of()));
        if (cors.size() > MAX_CORS_RULES) {
            throw new IllegalArgumentException("over " + MAX_CORS_RULES + " CORS rules");
        }
        if (lifecycle.size() > MAX_LIFECYCLE_RULES) {
            throw new IllegalArgumentException("over " + MAX_LIFECYCLE_RULES + " lifecycle rules");
        }
        if (events.size() > MAX_EVENT_RULES) {
            throw new IllegalArgumentException("over " + MAX_EVENT_RULES + " event rules");
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    public BucketSettings with(BucketRules others) {
        return new BucketSettings(others, antiLeech, cors, lifecycle, quota, tags, events);
    }

    public BucketSettings with(AntiLeech other) {
        return new BucketSettings(rules, other, cors, lifecycle, quota, tags, events);
    }

    public BucketSettings withCors(List<CorsRule> others) {
        return new BucketSettings(rules, antiLeech, others, lifecycle, quota, tags, events);
    }

    public BucketSettings withLifecycle(List<LifecycleRule> others) {
        return new BucketSettings(rules, antiLeech, cors, others, quota, tags, events);
    }

    public BucketSettings with(Quota other) {
        return new BucketSettings(rules, antiLeech, cors, lifecycle, other, tags, events);
    }

    public BucketSettings withTags(List<BucketTag> others) {
        return new BucketSettings(rules, antiLeech, cors, lifecycle, quota, others, events);
    }

    public BucketSettings withEvents(List<EventRule> others) {
        return new BucketSettings(rules, antiLeech, cors, lifecycle, quota, tags, others);
    }
}
