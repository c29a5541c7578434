package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchesWaiting.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Room for fetches that are still to be fetched: {@value #PLACES}, of which one account has at most
 * {@value #MOST_OF_ONE}. Those that are only to be told have room of their own, so that nobody who
 * does not answer keeps others from asking. Of nodes that share a log each counts on its own what
 * it is about to let in.
 */
final class WaitingRoom {
    static final int PLACES = 1000;
    static final int MOST_OF_ONE = 200;
    static final int UNTOLD = 2000;
    static final int MOST_UNTOLD_OF_ONE = 200;
    private static final String TOO_MANY_OF_ONE =
            MOST_OF_ONE + " fetches of this account wait already, and no more may";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final FetchesWaiting waiting;
    private final Map<String, Integer> entering = new HashMap<>();

    WaitingRoom(FetchesWaiting waiting) {
        this.waiting = waiting;
    }

    /** Room for one; to be closed once it waits, or if it never will. */
    interface Entry extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Room for one more.
     *
     * @throws Problem.Refused 429 if the account has as many as it may, 503 if there is none at all
     */
    synchronized Entry enter(String account) throws IOException {
        var all = waiting.all().stream().filter(each -> !each.isFetched()).toList();
        var others = all.stream().filter(each -> !each.account().equals(account)).count();
        var own = all.size() - others + entering.getOrDefault(account, 0);
        if (own >= MOST_OF_ONE) {
            throw new Problem(429, TOO_MANY_OF_ONE, RETRY_AFTER).refused();
        }
        if (all.size() + entering.values().stream().mapToInt(n -> n).sum() >= PLACES) {
            throw Problem.unavailable("too many fetches are waiting", RETRY_AFTER).refused();
        }
        entering.merge(account, 1, Integer::sum);
        return () -> leave(account);
    }

    /**
     * Whether one more of this account may wait to be told. Those that end at once do not see each
     * other, so there can be a few more.
     */
    boolean hasRoomToTell(String account) throws IOException {
        var all = waiting.all().stream().filter(Waiting::isFetched).toList();
        var own = all.stream().filter(each -> each.account().equals(account)).count();
        return all.size() < UNTOLD && own < MOST_UNTOLD_OF_ONE;
    }

    private synchronized void leave(String account) {
        entering.computeIfPresent(account, (_, count) -> count == 1 ? null : count - 1);
    }
}
