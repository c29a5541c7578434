package dev.lumiere.image;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.worker.Cancellation;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Spans;
import dev.lumiere.service.TraceContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Runs pipelines through the handler, as the worker does. */
final class TestWork {
    static final ImageConfig CONFIG = ImageConfig.from(Map.of());
    static final ImageHandler HANDLER = new ImageHandler(TestVips.get(), CONFIG);

    private TestWork() {}

    /** What came out. */
    static final class Output {
        private final String contentType;
        private final byte[] bytes;

        Output(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
        }

        String contentType() {
            return contentType;
        }

        byte[] bytes() {
            return bytes;
        }

        /** Read by the JDK, not by libvips. */
        BufferedImage image() {
            try {
                return ImageIO.read(new ByteArrayInputStream(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text() {
            return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    static Output run(byte[] source, String pipeline) {
        return run(source, pipeline, new Cancellation());
    }

    static Output run(byte[] source, String pipeline, Cancellation cancellation) {
        try (var arena = Arena.ofShared()) {
            var bytes = arena.allocate(Math.max(1, source.length)).asSlice(0, source.length);
            MemorySegment.copy(
                    source, 0, bytes, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, source.length);
            WorkResult result = HANDLER.handle(request(bytes, pipeline, cancellation, arena));
            try {
                return new Output(result.contentType(), TestVips.bytes(result.bytes()));
            } finally {
                result.release().run();
            }
        }
    }

    private static WorkRequest request(
            MemorySegment source, String pipeline, Cancellation cancellation, Arena arena) {
        return new WorkRequest(
                Pipeline.decode(pipeline).stages(),
                WorkInput.of(source, "application/x-source"),
                Map.of(),
                Map.of(),
                TraceContext.root(new SplittableRandom(1)),
                "test",
                Instant.EPOCH,
                cancellation,
                new Spans(() -> Instant.EPOCH),
                arena);
    }
}
