package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.service.Problem;
import dev.lumiere.service.UpstreamFailure;
import dev.lumiere.service.UpstreamRequest;
import dev.lumiere.service.UpstreamResponse;
import dev.lumiere.service.registry.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call, until one is answered.
 *
 * <ul>
 *   <li>One that was never sent, or that a full worker refused, goes elsewhere, as often as there
 *       is an elsewhere.
 *   <li>One that was in flight when its worker died goes elsewhere on {@link Probation}, and is
 *       quarantined if that finds it guilty.
 *   <li>One that ran into its deadline is quarantined at once, if it had at least half of the time
 *       there was for itself: else it was the waiting that took the time.
 *   <li>Where no instance is alive, or none has room, it waits within the bounds of {@link
 *       RunnerConfig}.
 * </ul>
 */
final class Attempts {
    /** However unlucky, no request sees more workers die. */
    private static final int MAX_DEATHS = 4;

    private static final int FULL = 503;
    private static final int OVERRAN = 504;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final Work work;
    private final Call call;
    private final UpstreamRequest request;
    private final Runner.House house;
    private final Precautions precautions;
    private final Probation probation;
    private final Probation.Suspect suspect;
    private final RunnerConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final Instant begin;
    private final Set<String> excluded = new HashSet<>();
    private Instant roomUntil;
    private @Nullable Instant nobodySince;
    private boolean full;
    private Duration pause = FIRST_PAUSE;
    private int deaths;
    private int count;

    /**
     * The attempts of a call.
     *
     * @param begin of the work it belongs to
     */
    Attempts(
            Work work,
            Call call,
            UpstreamRequest request,
            Runner.House house,
            Precautions precautions,
            RunnerConfig config,
            Instant begin,
            InstantSource clock,
            RandomGenerator random) {
        this.work = work;
        this.call = call;
        this.request = request;
        this.house = house;
        this.precautions = precautions;
        this.config = config;
        this.clock = clock;
        this.random = random;
        probation = precautions.probation();
        suspect = new Probation.Suspect(work.version(call), call.command());
        this.begin = begin;
        roomUntil = roomUntil();
    }

    /** How many were made. */
    int count() {
        return count;
    }

    /**
     * Tries until there is an answer, whatever its status, from a worker that took the work.
     *
     * @throws Problem.Refused if there is none to be had
     */
    UpstreamResponse answer() throws InterruptedException {
        while (true) {
            if (!clock.instant().isBefore(work.deadline())) {
                throw Problem.timeout("processing timeout").refused(); // nobody would wait for it
            }
            precautions.refuseHeld(work, call);
            var pass = probation.enter(suspect, this::candidates, roomUntil);
            switch (pass) {
                case null -> throw noRoom().refused();
                case Probation.Pass.Nowhere() -> pauseOrGiveUp();
                case Probation.Pass.Free() -> {
                    if (!house.gate().enter(roomUntil)) {
                        throw noRoom().refused();
                    }
                    var response = attempt(pass, excluded);
                    if (response != null) {
                        return response;
                    }
                }
                case Probation.Pass.Trial(_, var instance) -> {
                    house.gate().enterFirst();
                    var response = attempt(pass, allBut(instance));
                    if (response != null) {
                        return response;
                    }
                }
            }
        }
    }

    /** One attempt, from inside the gate; null if another may be made. */
    private @Nullable UpstreamResponse attempt(Probation.Pass pass, Set<String> without)
            throws InterruptedException {
        var company = house.gate().company();
        var sent = clock.instant();
        try {
            precautions.refuseHeld(work, call);
            var response = send(without);
            if (response != null && response.status() != FULL) {
                answered(response, sent);
                return response;
            }
            if (response != null) {
                full = true;
                excluded.add(response.instance().id());
                return null;
            }
        } catch (UpstreamFailure failure) {
            failed(failure, pass, company, sent);
            return null;
        } finally {
            probation.leave(pass);
            house.gate().leave();
        }
        pauseOrGiveUp();
        return null;
    }

    /** Null if there is no instance to send to. */
    private @Nullable UpstreamResponse send(Set<String> without) {
        try {
            count++;
            return house.upstream().sendOnce(request, Set.copyOf(without));
        } catch (Problem.Refused nobody) {
            if (nobody.problem().status() != FULL) {
                throw nobody;
            }
            count--;
            return null;
        }
    }

    private void answered(UpstreamResponse response, Instant sent) {
        probation.clear(suspect);
        if (response.status() == OVERRAN) {
            throw overran(sent);
        }
    }

    private void failed(
            UpstreamFailure failure, Probation.Pass pass, Gate.Company company, Instant sent) {
        var instance = failure.instance().id();
        precautions.failed(work, call, failure.kind().name().toLowerCase(Locale.ROOT), instance);
        excluded.add(instance);
        switch (failure.kind()) {
            case CONNECT -> {}
            case DIED -> {
                deaths++;
                if (probation.died(suspect, instance, pass, company.none())) {
                    var problem = Problem.of(500, call.operations() + " killed its worker");
                    precautions.hold(work, call, problem);
                    throw problem.refused();
                }
                if (deaths == MAX_DEATHS) {
                    throw Problem.unavailable(
                                    "workers of " + call.operations() + " keep dying", COME_AGAIN)
                            .refused();
                }
                nobodySince = null;
                roomUntil = roomUntil();
            }
            case DEADLINE -> throw overran(sent);
            case TOO_LARGE ->
                    throw Problem.of(
                                    500,
                                    call.operations()
                                            + " made more than "
                                            + config.maxResultBytes()
                                            + " bytes")
                            .refused();
        }
    }

    private Problem.Refused overran(Instant sent) {
        var problem = Problem.timeout("processing timeout");
        var whole = Duration.between(begin, work.deadline());
        var ran = Duration.between(sent, clock.instant());
        if (whole.isPositive() && ran.multipliedBy(2).compareTo(whole) >= 0) {
            precautions.hold(work, call, problem);
        }
        return problem.refused();
    }

    /** Everybody has been tried: waits a little, then everybody may be tried again. */
    private void pauseOrGiveUp() throws InterruptedException {
        var now = clock.instant();
        if (full) {
            nobodySince = null;
            if (!now.isBefore(roomUntil)) {
                throw noRoom().refused();
            }
        } else {
            nobodySince = nobodySince == null ? now : nobodySince;
            if (!now.isBefore(work.deadline())
                    || !now.isBefore(nobodySince.plus(config.waitForInstance()))) {
                throw nobody().refused();
            }
        }
        full = false;
        excluded.clear();
        Thread.sleep(pause.multipliedBy(50 + random.nextInt(51)).dividedBy(100));
        var longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    private Problem noRoom() {
        return clock.instant().isBefore(work.deadline())
                ? Problem.unavailable(service() + " is full", COME_AGAIN)
                : Problem.timeout("processing timeout");
    }

    private Problem nobody() {
        return Problem.unavailable("no instance of " + service() + " is alive", COME_AGAIN);
    }

    private String service() {
        return call.offer().maker().service();
    }

    private Instant roomUntil() {
        var until = clock.instant().plus(config.waitForRoom());
        return until.isBefore(work.deadline()) ? until : work.deadline();
    }

    private List<String> candidates() {
        return house.upstream().instances().stream()
                .map(Instance::id)
                .filter(id -> !excluded.contains(id))
                .toList();
    }

    private Set<String> allBut(String instance) {
        var others = new HashSet<String>();
        house.upstream().instances().forEach(other -> others.add(other.id()));
        others.remove(instance);
        return others;
    }
}
