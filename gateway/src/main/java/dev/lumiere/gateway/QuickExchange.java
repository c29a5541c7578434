package dev.lumiere.gateway;

import dev.lumiere.service.TraceContext;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as it came from the decoder, for {@link QuickAnswers}. */
final class QuickExchange extends Asked {
    private final HttpRequest request;
    private final @Nullable InetAddress peer;

    QuickExchange(
            HttpRequest request,
            @Nullable InetAddress peer,
            TraceContext trace,
            RequestMeter meter) {
        super(trace, meter);
        this.request = request;
        this.peer = peer;
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
        return request.headers().get(name);
    }

    @Override
    List<String> headers(CharSequence name) {
        return request.headers().getAll(name);
    }

    @Override
    @Nullable InetAddress peer() {
        return peer;
    }
}
