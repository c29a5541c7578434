package dev.lumiere.image;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.worker.Cancellation;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.fop.worker.WorkOutput;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Spans;
import dev.lumiere.service.TraceContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
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

    /** With further files, by the values of the arguments that name them. */
    static Output run(byte[] source, String pipeline, Map<String, byte[]> inputs) {
        return run(source, pipeline, inputs, Map.of(), new Cancellation());
    }

    /** With outputs besides, of these names; what is written to them goes into {@code written}. */
    static Output run(
            byte[] source,
            String pipeline,
            Map<String, byte[]> inputs,
            String[] outputs,
            Map<String, byte[]> written) {
        var named = new HashMap<String, WorkOutput>();
        for (var output : outputs) {
            named.put(output, new Collected(output, written));
        }
        return run(source, pipeline, inputs, named, new Cancellation());
    }

    private record Collected(String name, Map<String, byte[]> written) implements WorkOutput {
        @Override
        public void write(List<MemorySegment> parts, String contentType) {
            var bytes = new ByteArrayOutputStream();
            parts.forEach(part -> bytes.writeBytes(TestVips.bytes(part)));
            written.put(name, bytes.toByteArray());
        }

        @Override
        public void write(Path file, String contentType) {
            throw new UnsupportedOperationException();
        }
    }

    static Output run(byte[] source, String pipeline, Cancellation cancellation) {
        return run(source, pipeline, Map.of(), Map.of(), cancellation);
    }

    private static Output run(
            byte[] source,
            String pipeline,
            Map<String, byte[]> inputs,
            Map<String, WorkOutput> outputs,
            Cancellation cancellation) {
        try (var arena = Arena.ofShared()) {
            var further = new HashMap<String, WorkInput>();
            inputs.forEach((name, bytes) -> further.put(name, input(bytes, arena)));
            var request =
                    request(input(source, arena), pipeline, further, outputs, cancellation, arena);
            WorkResult result = HANDLER.handle(request);
            try {
                return new Output(result.contentType(), TestVips.bytes(result.bytes()));
            } finally {
                result.release().run();
            }
        }
    }

    private static WorkInput input(byte[] bytes, Arena arena) {
        var segment = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return WorkInput.of(segment, "application/x-source");
    }

    private static WorkRequest request(
            WorkInput source,
            String pipeline,
            Map<String, WorkInput> inputs,
            Map<String, WorkOutput> outputs,
            Cancellation cancellation,
            Arena arena) {
        return new WorkRequest(
                Pipeline.decode(pipeline).stages(),
                source,
                inputs,
                outputs,
                TraceContext.root(new SplittableRandom(1)),
                "test",
                Instant.EPOCH,
                cancellation,
                new Spans(() -> Instant.EPOCH),
                arena);
    }
}
