package dev.lumiere.api.catalog;

import dev.lumiere.api.NodeCalls;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogPartition;
import dev.lumiere.storage.catalog.CatalogPeers;
import dev.lumiere.storage.catalog.Listing;
import dev.lumiere.storage.catalog.NotHeldException;
import dev.lumiere.storage.catalog.Usage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks other nodes' {@link CatalogHandler}. */
public record HttpCatalogPeers(NodeCalls nodes) implements CatalogPeers {
    /** More than who is asked may wait until it has come so far, and then says so. */
    private static final Duration AT_MOST = Duration.ofSeconds(7);

    /** Of a thousand objects, each with 8 KiB at most. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    @Override
    public CatalogPartition partition(String address, int partition, PositionVector end) {
        return new Remote(nodes, address, partition, end);
    }

    private record Remote(NodeCalls nodes, String address, int partition, PositionVector end)
            implements CatalogPartition {
        @Override
        public @Nullable CatalogObject find(String bucket, String key)
                throws IOException, InterruptedException {
            var target = target(PartitionJson.OBJECT, "bucket", bucket, "key", key);
            return PartitionJson.read(
                            asked(HttpMethod.GET, target, Buffer.buffer()),
                            PartitionJson.Found.class)
                    .object();
        }

        @Override
        public Catalog.Page page(Listing listing, String marker)
                throws IOException, InterruptedException {
            var target =
                    target(
                            PartitionJson.PAGE,
                            "bucket",
                            listing.bucket(),
                            "prefix",
                            listing.prefix(),
                            "delimiter",
                            listing.delimiter(),
                            "marker",
                            marker,
                            "max",
                            Integer.toString(listing.max()),
                            "at",
                            Long.toString(listing.at()));
            return PartitionJson.read(
                    asked(HttpMethod.GET, target, Buffer.buffer()), Catalog.Page.class);
        }

        @Override
        public Set<BlobId> referredTo(Collection<BlobId> blobs)
                throws IOException, InterruptedException {
            var answer =
                    asked(
                            HttpMethod.POST,
                            target(PartitionJson.REFERENCES),
                            PartitionJson.blobs(blobs));
            return new HashSet<>(PartitionJson.blobs(answer));
        }

        @Override
        public Usage usage(String bucket) throws IOException, InterruptedException {
            var target = target(PartitionJson.USAGE, "bucket", bucket);
            return PartitionJson.read(asked(HttpMethod.GET, target, Buffer.buffer()), Usage.class);
        }

        /** Path and query, of names and values in turn. */
        private String target(String path, String... parameters) {
            var target =
                    new StringBuilder(path)
                            .append("?partition=")
                            .append(partition)
                            .append("&end=")
                            .append(end);
            for (var i = 0; i < parameters.length; i += 2) {
                target.append('&')
                        .append(parameters[i])
                        .append('=')
                        .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
            }
            return target.toString();
        }

        private String told(NodeCalls.Answer answer) {
            return "%s answered %d: %s".formatted(address, answer.status(), answer.body());
        }

        private Buffer asked(HttpMethod method, String target, Buffer body)
                throws IOException, InterruptedException {
            var answer = nodes.call(method, address, target, body, AT_MOST, MAX_ANSWER_BYTES);
            return switch (answer.status()) {
                case 200 -> answer.body();
                // 404 of an older release, which cannot tell this
                case 404, 421, 503 -> throw new NotHeldException(told(answer));
                default -> throw new IOException(told(answer));
            };
        }
    }
}
