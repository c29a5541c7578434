package dev.lumiere.image.picture;

import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.service.Spans;
import java.lang.foreign.Arena;
import java.util.function.Function;

/**
 * What all stages of a request share.
 *
 * @param scope where its images are made
 * @param spans told how long what takes
 * @param inputs further files by the argument that names them; one that is not there is refused
 * @param memory lives until the result is sent
 */
public record Tools(
        ImageScope scope,
        ImageConfig config,
        Spans spans,
        Function<String, WorkInput> inputs,
        Arena memory) {

    public static Tools of(ImageScope scope, ImageConfig config, WorkRequest request) {
        return new Tools(scope, config, request.spans(), request::input, request.arena());
    }

    public Painter painter() {
        return new Painter(scope);
    }

    /** The file that an argument of a stage names. */
    public Written input(String argument) {
        var input = inputs.apply(argument);
        Source.requireFewBytes(input.size(), config);
        return new Written(input.bytes(), input.contentType());
    }
}
