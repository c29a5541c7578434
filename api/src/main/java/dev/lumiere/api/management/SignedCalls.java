package dev.lumiere.api.management;

import dev.lumiere.service.BodyBudget;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.catalog.BucketCatalog;
import dev.lumiere.storage.sign.ManagementSignature;
import dev.lumiere.storage.sign.SignedRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Adds handlers of calls that somebody with a key must have signed. So many are at work at once.
 */
final class SignedCalls {
    private static final int MAX_BODY_BYTES = 256 << 10;
    private static final int MAX_AT_ONCE = 256;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ServiceServer server;
    private final ManagementSignature signature;
    private final BucketCatalog buckets;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    SignedCalls(ServiceServer server, ManagementSignature signature, BucketCatalog buckets) {
        this.server = server;
        this.signature = signature;
        this.buckets = buckets;
    }

    /** May wait. */
    @FunctionalInterface
    interface Handler {
        void handle(Call call) throws Exception;
    }

    /** For GET and POST, as SDKs do not agree which it is. */
    void on(String path, Handler handler) {
        server.onVirtualThread(
                path,
                MAX_BODY_BYTES,
                (exchange, body) -> {
                    var method = exchange.request().method();
                    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.POST)) {
                        exchange.response().putHeader("Allow", "GET, POST");
                        throw Problem.of(405, method + " is neither GET nor POST").refused();
                    }
                    handle(exchange, body, handler);
                });
    }

    void onPost(String path, int maxBodyBytes, Handler handler) {
        server.onVirtualThread(
                HttpMethod.POST,
                path,
                maxBodyBytes,
                new BodyBudget(8L * maxBodyBytes),
                (exchange, body) -> handle(exchange, body, handler));
    }

    private void handle(Exchange exchange, Buffer body, Handler handler) throws Exception {
        if (!places.tryAcquire()) {
            throw Problem.unavailable("too many calls at once", RETRY_AFTER).refused();
        }
        try {
            var account = signature.verify(signed(exchange, body)).account();
            handler.handle(new Call(exchange, body, new OwnBuckets(buckets, account)));
        } finally {
            places.release();
        }
    }

    private static SignedRequest signed(Exchange exchange, Buffer body) {
        var request = exchange.request();
        return new SignedRequest(
                request.method().name(),
                request.uri(),
                List.copyOf(request.headers().entries()),
                body.getBytes(),
                request.localAddress().port());
    }
}
