package dev.lumiere.storage.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told to whom one rule names, of one partition: one after the other, in the order of
 * the log. A few wait here, and only the first once that has failed; if there are more, the lane is
 * behind, and reads the log on its own from there, so that nobody waits for it.
 */
final class Lane {
    static final int PLACES = 16;

    /** Within about a quarter of an hour. */
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(25),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5));

    static final int MAX_TRIES = PAUSES.size() + 1;

    private static final Duration MAX_AGE = Duration.ofDays(1);

    private final String bucket;
    private final String rule;
    private final ArrayDeque<Notice> pending = new ArrayDeque<>();

    /** Position where it reads on; 0 if it is not behind. */
    private long behind;

    private int tries;
    private Instant notBefore = Instant.MIN;
    private boolean isUnderWay;

    /**
     * Of a rule.
     *
     * @param behind position where it reads on; 0 if it is not behind
     */
    Lane(String bucket, String rule, long behind) {
        this.bucket = bucket;
        this.rule = rule;
        this.behind = behind;
    }

    /** Of one that was written down under its name. */
    static Lane named(String name, long behind) {
        var slash = name.indexOf('/');
        return new Lane(name.substring(0, slash), name.substring(slash + 1), behind);
    }

    static String name(String bucket, String rule) {
        return bucket + "/" + rule;
    }

    String name() {
        return name(bucket, rule);
    }

    String bucket() {
        return bucket;
    }

    String rule() {
        return rule;
    }

    long behind() {
        return behind;
    }

    boolean isBehind() {
        return behind > 0;
    }

    int size() {
        return pending.size();
    }

    /** What it keeps in memory. */
    long chars() {
        return pending.stream().mapToLong(notice -> notice.body().length()).sum();
    }

    /** Whether one more may wait; one that is not told at the first try keeps just that one. */
    boolean hasPlace() {
        return pending.isEmpty() || (tries == 0 && pending.size() < PLACES);
    }

    /** Whether nothing is left to be told. */
    boolean isDone() {
        return pending.isEmpty() && !isBehind();
    }

    /** The first position that was not told; 0 if all was. */
    long first() {
        return pending.isEmpty() ? behind : pending.getFirst().position();
    }

    /** It takes nothing more; what comes from there on it reads on its own. */
    void fallBehind(long position) {
        behind = position;
    }

    /**
     * It has read up to there.
     *
     * @param position of the next; 0 if there is nothing that the others were not offered too
     */
    void readUpTo(long position) {
        behind = position;
    }

    /** Takes one that follows all it has. */
    void add(Notice notice) {
        pending.addLast(notice);
    }

    /** What is to be told now; null if nothing is. It is under way then. */
    @Nullable Notice begin(Instant now) {
        if (isUnderWay || pending.isEmpty() || now.isBefore(notBefore)) {
            return null;
        }
        isUnderWay = true;
        return pending.getFirst();
    }

    /** Whether it would be. */
    boolean isDue(Instant now) {
        return !isUnderWay && !pending.isEmpty() && !now.isBefore(notBefore);
    }

    /** Somebody took it, or nobody wants it any more. */
    void told() {
        isUnderWay = false;
        tries = 0;
        pending.removeFirst();
    }

    /**
     * Nobody took it.
     *
     * @return whether it is given up; else it is tried again after a while
     */
    boolean failed(Instant now) {
        isUnderWay = false;
        if (tries >= PAUSES.size() || pending.getFirst().at().plus(MAX_AGE).isBefore(now)) {
            tries = 0;
            pending.removeFirst();
            return true;
        }
        notBefore = now.plus(PAUSES.get(tries));
        tries++;
        keepFirst();
        return false;
    }

    private void keepFirst() {
        var first = pending.removeFirst();
        if (!pending.isEmpty()) {
            fallBehind(pending.getFirst().position());
            pending.clear();
        }
        pending.add(first);
    }
}
