package dev.lumiere.service.registry;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who is alive, and where. Calls may wait for a network, so they belong on virtual threads; an
 * engine that cannot be reached throws {@link RegistryUnavailable}.
 */
public interface Registry extends AutoCloseable {
    Duration MIN_TTL = Duration.ofSeconds(1);
    Duration MAX_TTL = Duration.ofHours(1);

    /** A watch of another node is never silent for longer. */
    Duration WATCH_SILENCE = Duration.ofSeconds(15);

    /**
     * Lists an instance until its lease ends. One that is listed under the same id is replaced, its
     * older lease ended.
     *
     * @param ttl 1 second to 1 hour
     * @throws IllegalArgumentException if {@code ttl} is not
     * @throws dev.lumiere.service.Problem.Refused if the registry holds its most already (503)
     */
    Lease register(Instance instance, Duration ttl);

    /** The instances that match now, in the order of their ids. */
    List<Instance> find(Query query);

    /**
     * Tells the present members, then every change, in order and one at a time. The first change is
     * a {@link Change.Members}; another one replaces all that was told before (an engine sends it
     * after it lost contact, or when the listener was too slow to be told every change). A slow
     * listener holds up nobody but itself. An engine that cannot be reached at first keeps trying.
     *
     * @return closes the watch
     */
    Watch watch(Query query, Consumer<Change> listener);

    @Override
    void close();

    /** A watch under way. After {@link #close} returns the listener is not called again. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
