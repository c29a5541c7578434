package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Resident memory stays flat over some thousand requests. Measured from the end of a warm-up; what
 * is tolerated is 4 KB a request, while the smallest thing that could be forgotten, an image with
 * its pixels, has more.
 */
final class MemoryTest {
    private static final int ROUNDS = Boolean.getBoolean("lumiere.soak") ? 20_000 : 4_000;
    private static final int WARM_UP = 1_500;
    private static final long TOLERANCE_KIB = 16_384;

    @Test
    void thumbnailsLeaveNothingBehind() throws IOException {
        var source = Pictures.jpeg(160, 120);

        staysFlat(ROUNDS, () -> TestWork.run(source, "imageView2/1/w/40/h/40/q/80"));
    }

    /** Each mark has 10 KB of pixels. */
    @Test
    void marksLeaveNothingBehind() throws IOException {
        var source = Pictures.jpeg(160, 120);
        var name = Base64Values.encode("https://example.com/mark.png");
        var marks = Map.of(name, Pictures.png(50, 50));
        var text = Base64Values.encode("Hi");

        staysFlat(
                ROUNDS / 2,
                () ->
                        TestWork.run(
                                source,
                                "watermark/3/image/" + name + "/text/" + text + "/dissolve/50",
                                marks));
    }

    @Test
    void failuresLeaveNothingBehind() throws IOException {
        var jpeg = Pictures.jpeg(160, 120);
        var png = Pictures.png(160, 120);
        var gif = Pictures.gif(160, 120);
        var webp = Pictures.webp(160, 120);
        var failing =
                List.of(
                        Arrays.copyOf(jpeg, jpeg.length / 2),
                        Arrays.copyOf(png, png.length / 2),
                        Arrays.copyOf(gif, gif.length / 2),
                        Arrays.copyOf(webp, webp.length / 2),
                        Pictures.claimingPng(65_535, 65_535));
        var turn = new int[1];

        staysFlat(
                ROUNDS,
                () -> {
                    try {
                        var source = failing.get(turn[0]++ % failing.size());
                        var output = TestWork.run(source, "imageView2/1/w/40/h/40");
                        throw new AssertionError(output.contentType());
                    } catch (Problem.Refused e) {
                        assertThat(e.problem().status()).isEqualTo(400);
                    }
                });
    }

    private static void staysFlat(int rounds, Runnable request) throws IOException {
        for (var round = 0; round < WARM_UP; round++) {
            request.run();
        }
        var pixels = TestVips.get().pixelBytes();
        var before = collectedKib();
        for (var round = 0; round < rounds; round++) {
            request.run();
        }
        // The JVM gives its own memory back only some time after it is collected.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(collectedKib() - before)
                                .as("KiB more than %d after the warm-up", before)
                                .isLessThan(TOLERANCE_KIB));
        // threads of libvips' own keep buffers for a moment after a call has returned
        Awaitility.await().until(() -> TestVips.get().pixelBytes() <= pixels);
    }

    private static long collectedKib() throws IOException {
        System.gc();
        return residentKib();
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
