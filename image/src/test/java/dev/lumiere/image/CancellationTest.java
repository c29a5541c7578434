package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.worker.Cancellation;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.image.vips.Vips;
import dev.lumiere.service.Problem;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class CancellationTest {
    private final Vips vips = TestVips.get();

    /** Left alone it would take minutes: a blur over 300 pixels of an image of 324 megapixels. */
    @Test
    void aHugeComputationStopsInItsMiddle() throws Exception {
        var working = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor();
                var scope = vips.open()) {
            var noise = scope.call("gaussnoise", "width", 18_000, "height", 18_000);
            var blurred =
                    scope.call("gaussblur", "in", noise, "sigma", 100, "precision", "approximate");
            var narrow = scope.call("cast", "in", blurred, "format", "uchar");
            var work =
                    threads.submit(() -> {
                        working.countDown();
                        return scope.inMemory(narrow);
                    });
            working.await();
            var before = vips.pixelBytes();
            Awaitility.await().until(() -> vips.pixelBytes() > before);

            scope.kill();

            Awaitility.await().atMost(Duration.ofSeconds(20)).until(work::isDone);
            assertThatThrownBy(work::get).hasCauseInstanceOf(ImageScope.Killed.class);
        }
    }

    @Test
    void aScopeThatWasKilledDoesNothingMore() {
        try (var scope = vips.open()) {
            var image = scope.call("black", "width", 8, "height", 8);
            scope.kill();

            assertThatThrownBy(() -> scope.call("invert", "in", image))
                    .isInstanceOf(ImageScope.Killed.class);
            assertThatThrownBy(() -> scope.inMemory(image)).isInstanceOf(ImageScope.Killed.class);
            assertThatThrownBy(() -> scope.save("pngsave_buffer", "in", image))
                    .isInstanceOf(ImageScope.Killed.class);
        }
    }

    @Test
    void aRequestNobodyWaitsForIsRefusedAsTooLate() {
        var cancellation = new Cancellation();
        cancellation.cancel(Cancellation.Reason.DEADLINE);

        assertThatThrownBy(() ->
                        TestWork.run(Pictures.jpeg(64, 64), "imageView2/1/w/20", cancellation))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(504));
    }

    /** The pixels of a large PNG, a pipeline as the worker runs it. */
    @Test
    void aRequestIsStoppedWhileItDecodes() throws Exception {
        var source = Pictures.by("pngsave_buffer", 12_000, 12_000, "compression", 1);
        var cancellation = new Cancellation();
        var idle = vips.pixelBytes();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var work =
                    threads.submit(() -> TestWork.run(source, "imageView2/2/w/4000", cancellation));
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> vips.pixelBytes() > idle);

            cancellation.cancel(Cancellation.Reason.CALLER_GONE);

            assertThatThrownBy(work::get).hasCauseInstanceOf(Problem.Refused.class);
        }
        // threads of libvips' own keep buffers for a moment after the call has returned
        Awaitility.await().until(() -> vips.pixelBytes() <= idle);
    }
}
