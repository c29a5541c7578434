package dev.lumiere.service;

import dev.lumiere.service.registry.Query;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** What is counted of the calls to one service. */
final class UpstreamMetrics {
    private final Counter calls;
    private final Counter repeats;
    private final Counter hedges;
    private final Counter ejections;
    private final Map<UpstreamFailure.Kind, Counter> failures =
            new EnumMap<>(UpstreamFailure.Kind.class);

    UpstreamMetrics(MeterRegistry registry, Query query, LongSupplier inFlight) {
        var tags =
                Tags.of(
                        "service", query.name() == null ? "" : query.name(),
                        "version", query.version() == null ? "" : query.version().toString());
        calls = registry.counter("lumiere.client.calls", tags);
        repeats = registry.counter("lumiere.client.retries", tags);
        hedges = registry.counter("lumiere.client.hedges", tags);
        ejections = registry.counter("lumiere.client.ejections", tags);
        for (var kind : UpstreamFailure.Kind.values()) {
            var name = kind.name().toLowerCase(Locale.ROOT);
            failures.put(kind, registry.counter("lumiere.client.failures", tags.and("kind", name)));
        }
        Gauge.builder("lumiere.client.in.flight", inFlight::getAsLong)
                .tags(tags)
                .register(registry);
    }

    void called() {
        calls.increment();
    }

    void repeated() {
        repeats.increment();
    }

    void hedged() {
        hedges.increment();
    }

    void ejected() {
        ejections.increment();
    }

    void failed(UpstreamFailure.Kind kind) {
        var counter = failures.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }
}
