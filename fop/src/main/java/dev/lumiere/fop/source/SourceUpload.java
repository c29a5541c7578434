package dev.lumiere.fop.source;

import dev.lumiere.service.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way into a file of its own, which becomes the output once it is whole. Lives on the
 * event loop of its request.
 */
final class SourceUpload {
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final SourceGrant.Output grant;
    private final HttpServerRequest request;
    private final Path part;
    private @Nullable AsyncFile file;
    private boolean over;

    SourceUpload(SourceGrant.Output grant, HttpServerRequest request) {
        this.grant = grant;
        this.request = request;
        part = grant.output().file().resolveSibling("part-" + UUID.randomUUID());
    }

    void begin() {
        request.exceptionHandler(_ -> abandon(null));
        request.pause();
        grant.vertx()
                .fileSystem()
                .open(part.toString(), new OpenOptions().setRead(false).setCreateNew(true))
                .onSuccess(this::receive)
                .onFailure(this::fail);
    }

    private void receive(AsyncFile opened) {
        file = opened;
        if (over) {
            delete();
            return;
        }
        request.handler(chunk -> write(opened, chunk));
        request.endHandler(_ -> end(opened));
        request.resume();
    }

    private void write(AsyncFile to, Buffer chunk) {
        if (over) {
            return;
        }
        if (request.bytesRead() > grant.maxBytes()) {
            abandon(grant.tooLarge());
            return;
        }
        to.write(chunk).onFailure(this::fail);
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(_ -> request.resume());
        }
    }

    private void end(AsyncFile whole) {
        if (over) {
            return;
        }
        over = true;
        var type = request.getHeader("Content-Type");
        whole.close()
                .compose(_ ->
                        grant.vertx()
                                .executeBlocking(
                                        () -> {
                                            grant.output()
                                                    .accept(
                                                            part,
                                                            type == null ? UNKNOWN_TYPE : type,
                                                            request.bytesRead());
                                            return true;
                                        },
                                        false))
                .onSuccess(_ -> request.response().setStatusCode(204).end())
                .onFailure(e -> SourceSocket.refuse(grant.vertx(), request, cannotStore(e)));
    }

    private void fail(Throwable cause) {
        abandon(cannotStore(cause));
    }

    private void abandon(@Nullable Problem problem) {
        if (over) {
            return;
        }
        over = true;
        delete();
        if (problem != null) {
            SourceSocket.refuse(grant.vertx(), request, problem);
        }
    }

    private void delete() {
        if (file != null) {
            file.close()
                    .eventually(() -> grant.vertx().fileSystem().delete(part.toString()))
                    .onComplete(_ -> {});
        }
    }

    private static Problem cannotStore(Throwable cause) {
        return Problem.of(507, "cannot store the output: " + cause.getMessage());
    }
}
