package dev.lumiere.rendition;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.ToDoubleFunction;

/** What is told of the caches, the queues and the runs; read when somebody asks. */
final class RenditionMetrics {
    private static final String PREFIX = "lumiere.rendition.";

    private final MeterRegistry registry;

    RenditionMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void follow(ResultCache cache) {
        count("hits", "memory", "Results that were kept", cache, ResultCache::memoryHits);
        count("hits", "disk", "Results that were kept", cache, ResultCache::diskHits);
        count("misses", cache, "Results that were not kept", ResultCache::misses);
        var memory = cache.memory();
        if (memory != null) {
            var removed = "Results that had to make room";
            count("evictions", "memory", removed, memory, MemoryCache::evictions);
            gauge("bytes", "memory", memory, MemoryCache::bytes);
            gauge("entries", "memory", memory, MemoryCache::entries);
        }
        var disk = cache.disk();
        if (disk != null) {
            count("evictions", "disk", "Results that had to make room", disk, DiskCache::evictions);
            gauge("bytes", "disk", disk, DiskCache::bytes);
            gauge("entries", "disk", disk, DiskCache::entries);
            count("writes.dropped", disk, "Not kept: the disk is slow", DiskCache::dropped);
            count("disk.failures", disk, "The disk failed or was full", DiskCache::failed);
            count("corrupt", disk, "Damaged files that were found", DiskCache::corrupt);
            Gauge.builder(PREFIX + "writes.queued", disk, DiskCache::queued).register(registry);
        }
    }

    void follow(Reductions reductions) {
        var name = "reductions.";
        count(name + "served", reductions, "Runs without the source", Reductions::served);
        count(name + "decoded", reductions, "Decodes to reduce", Reductions::decoded);
        count(name + "joined", reductions, "Waits for another's decode", Reductions::joined);
        count(name + "evicted", reductions, "Sources that had to make room", Reductions::evicted);
        Gauge.builder(PREFIX + name + "bytes", reductions, Reductions::bytes).register(registry);
    }

    void follow(Backlog backlog) {
        var name = "backlog.";
        count(name + "in.time", backlog, "Slow results ready within a budget", Backlog::inTime);
        count(name + "late", backlog, "Slow results that were not", Backlog::late);
        count(name + "made", backlog, "Slow results that were made", Backlog::made);
        count(name + "failed", backlog, "Slow results that could not be made", Backlog::failed);
        count(
                name + "dropped",
                backlog,
                "Slow results that too many came before",
                Backlog::dropped);
        Gauge.builder(PREFIX + name + "length", backlog, Backlog::length).register(registry);
    }

    void follow(Coalescing<?, ?> coalescing) {
        count("coalesced", coalescing, "Requests that joined a run", Coalescing::joined);
        Gauge.builder(PREFIX + "under.way", coalescing, Coalescing::size).register(registry);
    }

    void follow(Admission admission, String service) {
        Gauge.builder(PREFIX + "queue.length", admission, Admission::queued)
                .tag("service", service)
                .register(registry);
        Gauge.builder(PREFIX + "running", admission, Admission::running)
                .tag("service", service)
                .register(registry);
        FunctionCounter.builder(PREFIX + "runs", admission, Admission::entered)
                .tag("service", service)
                .register(registry);
    }

    Timer queueWait(String service) {
        return Timer.builder(PREFIX + "queue.wait")
                .description("How long runs waited for their turn")
                .tag("service", service)
                .register(registry);
    }

    private <T> void count(String name, T of, String what, ToDoubleFunction<T> value) {
        FunctionCounter.builder(PREFIX + name, of, value).description(what).register(registry);
    }

    private <T> void count(String name, String tier, String what, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(PREFIX + name, of, value)
                .tag("tier", tier)
                .description(what)
                .register(registry);
    }

    private <T> void gauge(String name, String tier, T of, ToDoubleFunction<T> value) {
        Gauge.builder(PREFIX + name, of, value).tag("tier", tier).register(registry);
    }
}
