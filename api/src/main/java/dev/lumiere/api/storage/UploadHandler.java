package dev.lumiere.api.storage;

import dev.lumiere.service.BodyStream;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.BlockUploads;
import dev.lumiere.storage.upload.Completion;
import dev.lumiere.storage.upload.PartUploads;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * All ways to upload: a form, and the two kinds of resumable uploads. Who may is said by an upload
 * token, so pages of every origin may ask. At most {@value #MAX_UPLOADS} requests at once.
 */
public final class UploadHandler implements Face {
    private static final String SCHEME = "UpToken ";
    private static final int MAX_UPLOADS = 1024;

    /** The largest part, or file of a form, and what is around it. */
    private static final long MAX_BODY_BYTES = (1L << 30) + (8 << 20);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final KeyRing keys;
    private final FormUpload form;
    private final BlockHandler blocks;
    private final PartsHandler parts;
    private final Duration patience;
    private final Semaphore uploads = new Semaphore(MAX_UPLOADS);

    /** An upload that its token came with. */
    private interface Handler {
        void handle(Exchange exchange, UploadToken token, InputStream body)
                throws IOException, InterruptedException;
    }

    /**
     * Into these.
     *
     * @param patience how long nothing of a body may arrive
     */
    public UploadHandler(
            KeyRing keys,
            BlobStore blobs,
            Completion completion,
            BlockUploads blocks,
            PartUploads parts,
            Duration patience) {
        this.keys = keys;
        this.patience = patience;
        form = new FormUpload(keys, blobs, completion);
        this.blocks = new BlockHandler(blocks, blobs, completion);
        this.parts = new PartsHandler(parts);
    }

    @Override
    public void addTo(ServiceServer server) {
        server.withProblems(ProblemForm.COMPATIBLE);
        add(server, UploadPaths.FORM, this::form);
        add(server, UploadPaths.BLOCK, posted(blocks::begin));
        add(server, UploadPaths.CHUNK, posted(blocks::append));
        add(server, UploadPaths.FILE, posted(blocks::join));
        add(server, UploadPaths.BASE64, posted(blocks::put));
        add(server, UploadPaths.PARTS, authorized(parts::handle));
    }

    private void add(ServiceServer server, String path, ServiceServer.StreamingHandler handler) {
        server.onVirtualThreadStreaming(
                path,
                MAX_BODY_BYTES,
                patience,
                (exchange, body) -> {
                    exchange.response()
                            .putHeader("Access-Control-Allow-Origin", "*")
                            .putHeader("Access-Control-Expose-Headers", "X-Reqid");
                    if (exchange.request().method().equals(HttpMethod.OPTIONS)) {
                        preflight(exchange);
                    } else if (uploads.tryAcquire()) {
                        try {
                            handler.handle(exchange, body);
                        } finally {
                            uploads.release();
                        }
                    } else {
                        throw Problem.unavailable("too many uploads at once", RETRY_AFTER)
                                .refused();
                    }
                });
    }

    private static void preflight(Exchange exchange) {
        exchange.response()
                .setStatusCode(204)
                .putHeader("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
                .putHeader(
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Content-MD5, X-Requested-With, X-Reqid,"
                                + " X-Qiniu-Date")
                .putHeader("Access-Control-Max-Age", "86400")
                .end();
    }

    private void form(Exchange exchange, BodyStream body) throws IOException, InterruptedException {
        var path = exchange.request().path();
        if (!UploadPaths.FORM.equals(path)) {
            throw Problem.notFound("no such path: " + path).refused();
        }
        requirePost(exchange);
        form.handle(exchange, body);
    }

    private ServiceServer.StreamingHandler posted(Handler handler) {
        var authorized = authorized(handler);
        return (exchange, body) -> {
            requirePost(exchange);
            authorized.handle(exchange, body);
        };
    }

    private static void requirePost(Exchange exchange) {
        var method = exchange.request().method();
        if (!method.equals(HttpMethod.POST)) {
            exchange.response().putHeader("Allow", "POST, OPTIONS");
            throw Problem.of(405, method + " is not POST").refused();
        }
    }

    private ServiceServer.StreamingHandler authorized(Handler handler) {
        return (exchange, body) -> {
            var token = headerToken(exchange, keys);
            if (token == null) {
                throw Problem.of(401, "token not specified").refused();
            }
            var paced = PacedBody.of(body);
            paced.limit(token.policy().trafficLimit());
            handler.handle(exchange, token, paced);
        };
    }

    /**
     * The one in {@code Authorization}; null if there is none.
     *
     * @throws Problem.Refused 401 for anything else there, 573 if its key is used too often
     */
    static @Nullable UploadToken headerToken(Exchange exchange, KeyRing keys) {
        var text = exchange.request().getHeader("Authorization");
        if (text == null) {
            return null;
        }
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.of(401, "bad token").refused();
        }
        return verified(exchange, text.substring(SCHEME.length()).strip(), keys);
    }

    /** One that was sent, which counts for its key. */
    static UploadToken verified(Exchange exchange, String text, KeyRing keys) {
        var token = UploadToken.verify(text, keys);
        exchange.countKey(token.credential().accessKey());
        return token;
    }
}
