package dev.lumiere.api.catalog;

import dev.lumiere.api.NodeSignature;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.service.BodyBudget;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogPartition;
import dev.lumiere.storage.catalog.Listing;
import dev.lumiere.storage.catalog.NotHeldException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Tells other nodes of the log what is in the partitions of the catalog that this node has: {@code
 * GET /v1/catalog/object}, {@code GET /v1/catalog/page}, {@code GET /v1/catalog/usage} and {@code
 * POST /v1/catalog/references}, each of one {@code partition}. Without a {@link NodeSignature} 403;
 * of a partition that is not here 421; where it is behind the log 503.
 */
public final class CatalogHandler implements Face {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Of a page of the sweeper: a thousand ids. */
    private static final int MAX_BODY_BYTES = 128 << 10;

    private static final int MAX_AT_ONCE = 256;
    private static final int MAX_BODIES_BYTES = 4 << 20;

    private final Catalog catalog;
    private final int partitions;
    private final NodeSignature nodes;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final BodyBudget bodies = new BodyBudget(MAX_BODIES_BYTES);

    /**
     * Of a node's catalog.
     *
     * @param partitions of the log
     * @param nodes by which those are known who share it
     */
    public CatalogHandler(Catalog catalog, int partitions, NodeSignature nodes) {
        this.catalog = catalog;
        this.partitions = partitions;
        this.nodes = nodes;
    }

    private interface Answer {
        Object of(CatalogPartition partition, HttpServerRequest request, Buffer body)
                throws IOException, InterruptedException;
    }

    @Override
    public void addTo(ServiceServer server) {
        server.withProblems(ProblemForm.RFC_9457); // and with it not counted for an address
        server.onVirtualThread(
                HttpMethod.GET,
                PartitionJson.OBJECT,
                0,
                (exchange, body) -> answer(exchange, body, CatalogHandler::object));
        server.onVirtualThread(
                HttpMethod.GET,
                PartitionJson.PAGE,
                0,
                (exchange, body) -> answer(exchange, body, CatalogHandler::page));
        server.onVirtualThread(
                HttpMethod.GET,
                PartitionJson.USAGE,
                0,
                (exchange, body) -> answer(exchange, body, CatalogHandler::usage));
        server.onVirtualThread(
                HttpMethod.POST,
                PartitionJson.REFERENCES,
                MAX_BODY_BYTES,
                bodies,
                (exchange, body) -> answer(exchange, body, CatalogHandler::references));
    }

    private void answer(Exchange exchange, Buffer body, Answer answer) throws InterruptedException {
        if (!nodes.isOn(exchange.request(), body)) {
            throw Problem.of(403, "for nodes of this log alone").refused();
        }
        var partition = (int) number(exchange.request(), "partition", 0, partitions - 1);
        if (!places.tryAcquire()) {
            throw Problem.unavailable("too many questions at once", RETRY_AFTER).refused();
        }
        try {
            var told =
                    answer.of(
                            catalog.held(partition, end(exchange.request())),
                            exchange.request(),
                            body);
            exchange.json(200, PartitionJson.write(told));
        } catch (NotHeldException e) {
            throw Problem.of(421, String.valueOf(e.getMessage())).refused();
        } catch (IOException e) {
            throw Problem.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER).refused();
        } finally {
            places.release();
        }
    }

    private static Object object(CatalogPartition partition, HttpServerRequest request, Buffer body)
            throws IOException, InterruptedException {
        return new PartitionJson.Found(
                partition.find(text(request, "bucket"), text(request, "key")));
    }

    private static Object page(CatalogPartition partition, HttpServerRequest request, Buffer body)
            throws IOException, InterruptedException {
        var listing =
                new Listing(
                        text(request, "bucket"),
                        text(request, "prefix"),
                        text(request, "delimiter"),
                        (int) number(request, "max", 1, Listing.MAX),
                        number(request, "at", 0, Long.MAX_VALUE));
        return partition.page(listing, text(request, "marker"));
    }

    private static Object usage(CatalogPartition partition, HttpServerRequest request, Buffer body)
            throws IOException, InterruptedException {
        return partition.usage(text(request, "bucket"));
    }

    private static Object references(
            CatalogPartition partition, HttpServerRequest request, Buffer body)
            throws IOException, InterruptedException {
        return partition.referredTo(blobs(body)).stream().map(BlobId::text).toList();
    }

    private static List<BlobId> blobs(Buffer body) {
        try {
            return PartitionJson.blobs(body);
        } catch (IOException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }

    private PositionVector end(HttpServerRequest request) {
        try {
            var end = PositionVector.parse(text(request, "end"));
            if (end.partitions() == partitions) {
                return end;
            }
            throw new IllegalArgumentException("not of %d partitions".formatted(partitions));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("end: " + e.getMessage()).refused();
        }
    }

    private static String text(HttpServerRequest request, String name) {
        var text = request.getParam(name);
        if (text == null) {
            throw Problem.badRequest("no parameter " + name).refused();
        }
        return text;
    }

    private static long number(HttpServerRequest request, String name, long min, long max) {
        var text = text(request, name);
        try {
            var number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same
        }
        throw Problem.badRequest("%s not from %d to %d: %s".formatted(name, min, max, text))
                .refused();
    }
}
