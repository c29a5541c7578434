package dev.lumiere.image;

import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.image.operation.Operation;
import dev.lumiere.image.picture.Encoder;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Material;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;

/**
 * How far the work on one request has come: a file, or a picture not yet written. Pixels are
 * computed as late as can be, so the span {@code process} holds the decoding of what was too large
 * to be decoded at once, and {@code encode} all work on an animation.
 */
record Work(Tools tools, Material material) {

    /**
     * One stage further.
     *
     * @throws Problem.Refused with status 400 if it cannot be done
     */
    Work after(Operation operation) {
        return switch (operation) {
            case Operation.OnPicture stage ->
                    new Work(tools, stage.ignoresErrors() ? leniently(stage) : done(stage));
            case Operation.OnFile stage -> new Work(tools, stage.apply(written(), tools));
        };
    }

    /** The bytes to answer, freed with the scope. */
    WorkResult result() {
        var written = written();
        return new WorkResult(written.contentType(), written.bytes(), tools.scope()::close);
    }

    private Material done(Operation.OnPicture stage) {
        try (var _ = tools.spans().start("decode")) {
            return stage.apply(input(), tools);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    /** Computes at once, so that what fails is seen while the input is still there. */
    private Material leniently(Operation.OnPicture stage) {
        try {
            return done(stage) instanceof Picture picture ? computed(picture) : material;
        } catch (Problem.Refused _) {
            return material;
        }
    }

    private Input input() {
        return switch (material) {
            case Written file -> Source.read(tools.scope(), file, tools.config());
            case Input input -> input;
        };
    }

    private Written written() {
        return switch (material) {
            case Written file -> file;
            case Source source -> source.file();
            case Picture picture -> encoded(computed(picture));
        };
    }

    private Written encoded(Picture computed) {
        try (var _ = tools.spans().start("encode")) {
            return new Encoder(tools.scope()).encode(computed);
        } catch (VipsException e) {
            // The pixels of an animation are computed only now, from bytes of strangers.
            throw computed.frames() > 1 ? Source.corrupt(e) : e;
        }
    }

    private Picture computed(Picture unfinished) {
        try (var _ = tools.spans().start("process")) {
            return unfinished.computed(tools.scope());
        }
    }
}
