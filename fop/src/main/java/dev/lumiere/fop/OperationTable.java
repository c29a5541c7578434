package dev.lumiere.fop;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import dev.lumiere.service.Problem;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.LiveInstances;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Registry;
import dev.lumiere.service.registry.VersionConstraint;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which service does which operation, as the registry's members say in their metadata. Reading it
 * never waits.
 *
 * <p>Where several offer an operation, one that reads the source's format and writes the wanted one
 * goes first, then the highest version, then the service whose name comes first. A service whose
 * last instance has gone is remembered, so that its operations are unavailable for a while and not
 * unknown.
 */
public final class OperationTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationTable.class);
    private static final int MAX_REMEMBERED = 256;
    private static final Comparator<Offer> BEST_FIRST =
            Comparator.comparing((Offer offer) -> offer.maker().version())
                    .reversed()
                    .thenComparing(offer -> offer.maker().service())
                    .thenComparing(Offer::encoded, Comparator.reverseOrder())
                    .thenComparing(offer -> new ArrayList<>(offer.operations()).toString());

    private final Map<String, Offer> remembered = new LinkedHashMap<>();
    private final LiveInstances instances;
    private volatile Table table = new Table(0, Map.of(), Map.of(), Set.of());

    /**
     * @param generation counts the tables
     * @param offers by operation, best first
     * @param queries who is asked for an offer: all of its service, unless some of them lack an
     *     operation it has
     * @param conflicts what has been logged
     */
    private record Table(
            long generation,
            Map<String, List<Offer>> offers,
            Map<Offer, Query> queries,
            Set<String> conflicts) {}

    /**
     * Follows a registry.
     *
     * @param expected what is going to be offered, known before the first instance is
     */
    public OperationTable(Registry registry, InstantSource clock, List<Offer> expected) {
        expected.forEach(offer -> remembered.put(offer.maker().service(), offer));
        rebuild(List.of());
        instances = new LiveInstances(registry, clock, this::rebuild);
    }

    /** Whether somebody does this operation, or did. */
    public boolean knows(String operation) {
        return table.offers.containsKey(operation);
    }

    /** Another number whenever {@link #route} may answer otherwise than before. */
    public long generation() {
        return table.generation;
    }

    /**
     * Which calls a pipeline takes. Successive stages that one service does encoded are one call.
     *
     * @param contentType of the source
     * @param format what it is to end in, where services differ in what they write; null for any
     * @throws Problem.Refused if nobody is known for a stage
     */
    public List<Call> route(Pipeline pipeline, String contentType, @Nullable String format) {
        var now = table;
        var calls = new ArrayList<Call>();
        var stages = pipeline.stages();
        for (var next = 0; next < stages.size(); ) {
            var reads = next == 0 ? Offer.format(contentType) : null;
            var offer = choose(now, stages.get(next).operation(), reads, format);
            var end = next + 1;
            while (offer.encoded()
                    && end < stages.size()
                    && offer.does(stages.get(end).operation())) {
                end++;
            }
            var query = now.queries.getOrDefault(offer, Query.named(offer.maker().service()));
            calls.add(new Call(offer, query, stages.subList(next, end)));
            next = end;
        }
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        instances.close();
    }

    private static Offer choose(
            Table table, String operation, @Nullable String reads, @Nullable String writes) {
        var offers = table.offers.get(operation);
        if (offers == null) {
            throw Problem.badRequest("unknown operation: " + operation).refused();
        }
        for (var offer : offers) {
            if (offer.reads(reads) && offer.writes(writes)) {
                return offer;
            }
        }
        for (var offer : offers) {
            if (offer.reads(reads)) {
                return offer;
            }
        }
        return offers.getFirst();
    }

    private synchronized void rebuild(List<Instance> alive) {
        var live = new LinkedHashSet<Offer>();
        var byService = new HashMap<String, Set<Offer>>();
        for (var instance : alive) {
            var offer = Offer.of(instance);
            if (!offer.operations().isEmpty()) {
                live.add(offer);
                byService.computeIfAbsent(offer.maker().service(), _ -> new HashSet<>()).add(offer);
            }
        }
        var sorted = live.stream().sorted(BEST_FIRST).toList();
        sorted.reversed().forEach(this::remember);

        var all = new ArrayList<>(sorted);
        remembered.values().stream()
                .filter(offer -> !byService.containsKey(offer.maker().service()))
                .sorted(BEST_FIRST)
                .forEach(all::add);
        var offers = new HashMap<String, List<Offer>>();
        for (var offer : all) {
            for (var operation : offer.operations()) {
                offers.computeIfAbsent(operation, _ -> new ArrayList<>()).add(offer);
            }
        }
        offers.replaceAll((_, list) -> List.copyOf(list));

        var queries = new HashMap<Offer, Query>();
        live.forEach(offer -> queries.put(offer, query(offer, byService)));
        table = new Table(table.generation + 1, offers, queries, logged(offers, live));
    }

    private void remember(Offer offer) {
        remembered.remove(offer.maker().service());
        remembered.put(offer.maker().service(), offer);
        if (remembered.size() > MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }

    private static Query query(Offer offer, Map<String, Set<Offer>> byService) {
        var query = Query.named(offer.maker().service());
        var peers = byService.getOrDefault(offer.maker().service(), Set.of());
        return peers.stream().allMatch(peer -> peer.operations().containsAll(offer.operations()))
                ? query
                : query.withVersion(VersionConstraint.parse("= " + offer.maker().version()));
    }

    /** Says once which operations more than one service offers, and who gets them. */
    private Set<String> logged(Map<String, List<Offer>> offers, Set<Offer> live) {
        var conflicts = new HashSet<String>();
        offers.forEach((operation, list) -> {
            // those that handle other formats are no rivals
            var rivals =
                    list.stream()
                            .filter(live::contains)
                            .collect(
                                    groupingBy(
                                            offer -> List.of(offer.in(), offer.out()),
                                            mapping(
                                                    o -> o.maker().service(),
                                                    toCollection(TreeSet::new))));
            rivals.values().stream()
                    .filter(services -> services.size() > 1)
                    .forEach(services -> conflicts.add(operation + " by " + services));
        });
        conflicts.stream()
                .filter(conflict -> !table.conflicts.contains(conflict))
                .sorted()
                .forEach(conflict -> LOG.warn("offered more than once, first goes: {}", conflict));
        return Set.copyOf(conflicts);
    }
}
