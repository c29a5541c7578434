package dev.lumiere.api.management;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.ManagementSignature;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Adds handlers of calls that somebody with a key must have signed. So many are at work at once.
 * Each sees whatever was changed before it came, at any node.
 */
final class SignedCalls {
    private static final int MAX_BODY_BYTES = 256 << 10;
    private static final int MAX_AT_ONCE = 256;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ServiceServer server;
    private final ManagementSignature signature;
    private final Catalog catalog;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    SignedCalls(ServiceServer server, ManagementSignature signature, Catalog catalog) {
        this.server = server;
        this.signature = signature;
        this.catalog = catalog;
    }

    /** May wait. */
    @FunctionalInterface
    interface Handler {
        void handle(Call call) throws Exception;
    }

    /** What only reads, for GET and POST, as SDKs do not agree which it is. */
    void on(String path, Handler handler) {
        on(path, List.of(HttpMethod.GET, HttpMethod.POST), handler);
    }

    /** What changes something. */
    void onPost(String path, Handler handler) {
        on(path, List.of(HttpMethod.POST), handler);
    }

    /** What is another thing by each of these methods. */
    void on(String path, List<HttpMethod> methods, Handler handler) {
        server.onVirtualThread(
                path,
                MAX_BODY_BYTES,
                (exchange, body) -> {
                    var method = exchange.request().method();
                    if (!methods.contains(method)) {
                        var allowed =
                                methods.stream()
                                        .map(HttpMethod::name)
                                        .collect(Collectors.joining(", "));
                        exchange.response().putHeader("Allow", allowed);
                        throw Problem.of(405, method + " is none of " + allowed).refused();
                    }
                    handle(exchange, body, handler);
                });
    }

    void onPost(String path, int maxBodyBytes, Handler handler) {
        server.onVirtualThread(
                HttpMethod.POST,
                path,
                maxBodyBytes,
                (exchange, body) -> handle(exchange, body, handler));
    }

    private void handle(Exchange exchange, Buffer body, Handler handler) throws Exception {
        if (!places.tryAcquire()) {
            throw Problem.unavailable("too many calls at once", RETRY_AFTER).refused();
        }
        try {
            var signer = signature.verify(ReceivedRequest.of(exchange, body));
            exchange.countKey(signer.accessKey());
            catalog.catchUp();
            signature.confirm(signer);
            var buckets = new OwnBuckets(catalog.buckets(), signer);
            handler.handle(new Call(exchange, body, buckets));
        } finally {
            places.release();
        }
    }
}
