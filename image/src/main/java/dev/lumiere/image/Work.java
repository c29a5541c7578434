package dev.lumiere.image;

import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Spans;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How far the work on one request has come: bytes, or a picture not yet written. Pixels are
 * computed as late as can be, so the span {@code process} holds the decoding of what was too large
 * to be decoded at once, and {@code encode} all work on an animation.
 *
 * @param bytes the source, or what a stage made that is no picture
 * @param contentType of the bytes
 * @param picture what the last stage made, in place of the bytes
 */
record Work(Tools tools, MemorySegment bytes, String contentType, @Nullable Picture picture) {

    /** What all stages of a request share. */
    record Tools(ImageScope scope, ImageConfig config, Spans spans) {}

    static Work begin(Tools tools, MemorySegment source, String contentType) {
        return new Work(tools, source, contentType, null);
    }

    /**
     * One stage further.
     *
     * @throws Problem.Refused with status 400 if it cannot be done
     */
    Work after(Operation operation) {
        return switch (operation) {
            case ImageView view -> view.ignoresErrors() ? leniently(view) : viewed(view);
            case ImageInfo info -> {
                var written = written();
                var source = read(written.bytes);
                yield new Work(
                        tools,
                        MemorySegment.ofArray(info.describe(source).toBuffer().getBytes()),
                        "application/json",
                        null);
            }
        };
    }

    /** The bytes to answer, freed with the scope. */
    WorkResult result() {
        var written = written();
        return new WorkResult(written.contentType, written.bytes, tools.scope::close);
    }

    private Work viewed(ImageView view) {
        var input = picture != null ? picture : read(bytes);
        try (var _ = tools.spans.start("decode")) {
            var viewed = view.apply(tools.scope, input, tools.config);
            return new Work(tools, bytes, viewed.encoding().format().contentType(), viewed);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    /** Computes at once, so that what fails is seen while the input is still there. */
    private Work leniently(ImageView view) {
        try {
            var viewed = viewed(view);
            return viewed.picture == null ? viewed : viewed.as(computed(viewed.picture));
        } catch (Problem.Refused _) {
            return this;
        }
    }

    private Work written() {
        if (picture == null) {
            return this;
        }
        var computed = computed(picture);
        try (var _ = tools.spans.start("encode")) {
            var encoded = new Encoder(tools.scope).encode(computed);
            return new Work(tools, encoded, contentType, null);
        } catch (VipsException e) {
            // The pixels of an animation are computed only now, from bytes of strangers.
            throw computed.frames() > 1 ? Source.corrupt(e) : e;
        }
    }

    private Picture computed(Picture unfinished) {
        try (var _ = tools.spans.start("process")) {
            return unfinished.computed(tools.scope);
        }
    }

    private Source read(MemorySegment file) {
        return Source.read(tools.scope, file, tools.config);
    }

    private Work as(Picture finished) {
        return new Work(tools, bytes, contentType, finished);
    }
}
