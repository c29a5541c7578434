package dev.lumiere.service;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The process's figures, as Prometheus reads them. Those of the JVM and the process itself come
 * with the first scrape, as they take a while to set up.
 */
public final class Metrics implements AutoCloseable {
    /** What {@link #text} is. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS = 1e9;
    private static final Path STATUS = Path.of("/proc/self/status");

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private @Nullable JvmGcMetrics gc;

    /** Where meters are made. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Takes a few milliseconds: for a virtual thread. */
    public String text() {
        bindProcess();
        return registry.scrape();
    }

    @Override
    public synchronized void close() {
        if (gc != null) {
            gc.close();
        }
        registry.close();
    }

    private synchronized void bindProcess() {
        if (gc != null) {
            return;
        }
        gc = new JvmGcMetrics();
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        FunctionCounter.builder("process.cpu", system, s -> s.getProcessCpuTime() / NANOS)
                .baseUnit("seconds")
                .description("CPU time this process has used")
                .register(registry);
        Gauge.builder("process.resident.memory", Metrics::residentBytes)
                .baseUnit("bytes")
                .description("Resident memory of this process")
                .register(registry);
    }

    /** Resident memory, NaN where the system does not tell. */
    private static double residentBytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException _) {
            return Double.NaN;
        }
    }
}
