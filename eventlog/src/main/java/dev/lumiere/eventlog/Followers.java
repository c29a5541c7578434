package dev.lumiere.eventlog;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who follows a log in this process by a name, each until it is closed: views and members of
 * consumers tell it of themselves. For those who run the process.
 */
public final class Followers {
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    /** Who can be asked how far it is, at any time, from any thread. */
    public interface Follower {
        Following following();
    }

    /**
     * How far it is in a partition.
     *
     * @param position up to which it has done everything
     * @param stopped why it does not go on; null if it does
     */
    public record At(long position, @Nullable String stopped) {}

    /**
     * How far one is.
     *
     * @param kind what it is, in a word
     * @param member which of several of that name: a member of a consumer, a version of a view
     * @param partitions those that are its business now
     */
    public record Following(
            String kind, String name, String member, SortedMap<Integer, At> partitions) {}

    Followers() {}

    public void add(Follower follower) {
        followers.add(follower);
    }

    public void remove(Follower follower) {
        followers.remove(follower);
    }

    /** All of them, each as it is now. */
    public List<Following> now() {
        return followers.stream().map(Follower::following).toList();
    }
}
