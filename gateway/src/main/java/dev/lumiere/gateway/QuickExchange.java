package dev.lumiere.gateway;

import dev.lumiere.service.TraceContext;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A request as it came from the decoder, for {@link QuickAnswers}. */
final class QuickExchange extends Asked {
    private final HttpRequest request;

    QuickExchange(HttpRequest request, TraceContext trace, RequestMeter meter) {
        super(trace, meter);
        this.request = request;
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
}
