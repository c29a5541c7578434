package dev.lumiere.image;

import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.image.operation.Operation;
import dev.lumiere.image.picture.Content;
import dev.lumiere.image.picture.Encoder;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Material;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Reduced;
import dev.lumiere.image.picture.Reducer;
import dev.lumiere.image.picture.Reducible;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;
import java.util.Optional;

/**
 * How far the work on one request has come: a file, or a picture not yet written. Pixels are
 * computed as late as can be, so the span {@code process} holds the decoding of what was too large
 * to be decoded at once, and {@code encode} all work on an animation.
 */
record Work(Tools tools, Material material, Optional<Reducer> reducer) {

    /**
     * Begins.
     *
     * @param reducer what makes reduced versions of the source, if they are wanted
     */
    static Work on(Material source, Tools tools, Optional<Reducer> reducer) {
        return new Work(tools, source, reducer);
    }

    /**
     * One stage further.
     *
     * @throws Problem.Refused with status 400 if it cannot be done
     */
    Work after(Operation operation) {
        return switch (operation) {
            case Operation.OnPicture stage ->
                    become(stage.ignoresErrors() ? leniently(stage) : done(stage));
            case Operation.OnFile stage -> become(stage.apply(written(), tools));
            case Operation.OnContent stage -> become(stage.apply(content(), tools));
        };
    }

    /** The bytes to answer, freed with the scope. */
    WorkResult result() {
        var written = written();
        return new WorkResult(written.contentType(), written.bytes(), tools.scope()::close);
    }

    private Work become(Material made) {
        return new Work(tools, made, Optional.empty());
    }

    private Material done(Operation.OnPicture stage) {
        try (var _ = tools.spans().start("decode")) {
            return stage.apply(input(stage), tools);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    /** Computes at once, so that what fails is seen while the input is still there. */
    private Material leniently(Operation.OnPicture stage) {
        try {
            return done(stage) instanceof Picture picture ? computed(picture) : material;
        } catch (Problem.Refused refused) {
            if (refused.problem().status() != 400) {
                throw refused; // it is not the picture that is wrong
            }
            return material;
        }
    }

    private Input input(Operation.OnPicture stage) {
        var input =
                switch (material) {
                    case Content content -> read(content.written());
                    case Written file -> read(file);
                    case Reduced _ when !stage.isReducible() ->
                            throw Reduced.sourceNeeded().refused();
                    case Input known -> known;
                };
        if (!(input instanceof Source source)) {
            return input;
        }
        if (!stage.leavesLongAnimations()) {
            source.requireFewFrames(tools.config());
        }
        return reducer.filter(r -> stage.isReducible() && r.takes(source))
                .<Input>map(r -> new Reducible(source, r))
                .orElse(source);
    }

    private Source read(Written file) {
        return Source.readOfAnyLength(tools.scope(), file, tools.config());
    }

    private WorkInput content() {
        if (material instanceof Content content) {
            return content.input();
        }
        var file = written();
        return WorkInput.of(file.bytes(), file.contentType());
    }

    private Written written() {
        return switch (material) {
            case Content content -> content.written();
            case Written file -> file;
            case Source source -> source.file();
            case Reducible reducible -> reducible.source().file();
            case Reduced _ -> throw Reduced.sourceNeeded().refused();
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
