package dev.lumiere.gateway;

import dev.lumiere.service.TraceContext;
import dev.lumiere.service.limit.RateLimits;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that may take every step: when it must be answered, and who waits for it. */
final class Exchange extends Asked {
    private final HttpServerRequest request;
    private final Instant deadline;
    private @Nullable Thread waiting;
    private boolean departed;
    private boolean walked;
    private Set<String> keys = Set.of();

    Exchange(HttpServerRequest request, TraceContext trace, Instant deadline, RequestMeter meter) {
        super(trace, meter);
        this.request = request;
        this.deadline = deadline;
    }

    HttpServerRequest request() {
        return request;
    }

    Instant deadline() {
        return deadline;
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    @Override
    String method() {
        return request.method().name();
    }

    @Override
    String target() {
        return request.uri();
    }

    @Override
    @Nullable String header(CharSequence name) {
        return request.getHeader(name);
    }

    @Override
    List<String> headers(CharSequence name) {
        return request.headers().getAll(name);
    }

    @Override
    @Nullable InetAddress peer() {
        return RateLimits.addressOf(request.remoteAddress());
    }

    /** Whether this is the first walk, which begins with this question. */
    boolean isFirstWalk() {
        var first = !walked;
        walked = true;
        return first;
    }

    /** Whether it is known for the first time that this key has signed it, or a part of it. */
    boolean isFirstOf(String accessKey) {
        if (keys.contains(accessKey)) {
            return false;
        }
        var more = new HashSet<>(keys);
        more.add(accessKey);
        keys = more;
        return true;
    }

    /**
     * Does what may wait, on the calling thread, which is interrupted if the caller of this request
     * goes away meanwhile.
     */
    void waitFor(Runnable work) {
        synchronized (this) {
            if (departed) {
                return;
            }
            waiting = Thread.currentThread();
        }
        try {
            work.run();
        } finally {
            synchronized (this) {
                waiting = null;
            }
        }
    }

    /** The caller went away. */
    synchronized void depart() {
        departed = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}
