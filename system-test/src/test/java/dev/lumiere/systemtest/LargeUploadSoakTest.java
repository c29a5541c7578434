package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.QETag;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five gigabytes by parts, through a node whose heap is a fiftieth of that, and back. The figures
 * go to {@code target/large-upload-summary.md}; {@code -Dlumiere.soak.gigabytes} says how many.
 */
@EnabledIfSystemProperty(named = "lumiere.soak", matches = "true")
class LargeUploadSoakTest {
    private static final long BYTES = (long) Integer.getInteger("lumiere.soak.gigabytes", 5) << 30;
    private static final int PART_BYTES = 16 << 20;
    private static final int AT_ONCE = 4;
    private static final int HEAP_MB = 96;

    /** Besides the heap: code, threads, buffers of the network, the log's and the views' caches. */
    private static final int BESIDES_MB = 256;

    @TempDir Path folder;

    private Duration sending = Duration.ZERO;
    private Duration completing = Duration.ZERO;
    private Duration downloading = Duration.ZERO;

    @Test
    void fiveGigabytesGoThroughASmallHeap() throws Exception {
        var heap = List.of("-Xms32m", "-Xmx" + HEAP_MB + "m");
        var home = folder.resolve("home");
        try (var node = RunningNode.upWithHeap(heap, home, "--workers", "0");
                var client = new QiniuClient(node, home, "large")) {
            client.makeBucket();
            var upload = client.begin("large");
            var hash = new QETag();
            var start = System.nanoTime();
            for (var number = 1; (number - 1L) * PART_BYTES < BYTES; number += AT_ONCE) {
                send(client, upload, number, hash);
            }
            sending = Duration.ofNanos(System.nanoTime() - start);

            start = System.nanoTime();
            var answered = client.complete(upload);
            completing = Duration.ofNanos(System.nanoTime() - start);
            assertThat(answered).isEqualTo(hash.finish());
            assertThat(client.stat("large").fsize).isEqualTo(BYTES);

            start = System.nanoTime();
            try (var content = client.open("large")) {
                assertThat(QETag.of(content)).isEqualTo(answered);
            }
            downloading = Duration.ofNanos(System.nanoTime() - start);

            var peak = Usage.peakBytes(node.process().pid()) >> 20;
            report(peak);
            assertThat(peak).as("MB").isLessThan(HEAP_MB + BESIDES_MB);
        }
    }

    /** Some parts side by side, each another. */
    private static void send(QiniuClient client, QiniuClient.Upload upload, int first, QETag hash)
            throws Exception {
        var calls = new ArrayList<Callable<JsonObject>>();
        for (var number = first; number < first + AT_ONCE; number++) {
            if ((number - 1L) * PART_BYTES >= BYTES) {
                break;
            }
            var part = new byte[PART_BYTES];
            new Random(number).nextBytes(part);
            hash.update(ByteBuffer.wrap(part));
            var own = number;
            calls.add(() -> client.putPart(upload, own, part));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sent : threads.invokeAll(calls)) {
                upload.parts().add(sent.get());
            }
        }
    }

    private void report(long peakMb) throws Exception {
        var text =
                """
                # Large upload

                | | |
                |---|---|
                | bytes | %d |
                | heap of the node, MB | %d |
                | resident at most, MB | %d |
                | to send %d parts, s | %d |
                | to complete, s | %d |
                | to download, s | %d |
                """
                        .formatted(
                                BYTES,
                                HEAP_MB,
                                peakMb,
                                Math.ceilDiv(BYTES, PART_BYTES),
                                sending.toSeconds(),
                                completing.toSeconds(),
                                downloading.toSeconds());
        Files.writeString(Path.of("target/large-upload-summary.md"), text);
        System.out.println(text);
    }
}
