package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Encoding;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * {@code animate/duration/N/merge/key/…}: a GIF of the picture and further ones, shown for ever.
 * Frames of another size than the first are scaled to fit into it, with white around.
 *
 * @param hundredths of a second that each frame is shown, 1 to 65535
 * @param further frames
 * @param backwards the last first
 */
record Animate(int hundredths, List<FurtherInput> further, boolean backwards)
        implements Operation.OnPicture {
    private static final int MAX_HUNDREDTHS = 65_535;
    private static final int MAX_FRAMES = 20;
    private static final int MAX_EDGE = 1080;
    private static final int QUALITY = 75;
    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of().names("duration", "key", "effect").flags("merge");

    static Animate parse(Stage stage) {
        var parameters = Parameters.read(stage, SHAPE);
        var duration = parameters.require("duration").integer(1, MAX_HUNDREDTHS);
        var keys =
                parameters.inOrder().stream()
                        .filter(parameter -> parameter.name().equals("key"))
                        .toList();
        var merge = parameters.find("merge");
        if (merge.isPresent() == keys.isEmpty()) {
            throw merge.orElseGet(keys::getFirst).bad();
        }
        if (keys.size() >= MAX_FRAMES) {
            throw keys.getLast().bad();
        }
        return new Animate(
                duration,
                keys.stream().map(FurtherInput::ofKey).toList(),
                parameters.find("effect").map(Parameter::zeroOrOne).orElse(false));
    }

    @Override
    public Input apply(Input input, Tools tools) {
        check("", input);
        var canvas = input.size();
        var painter = tools.painter();
        new OutputLimits(tools.config()).check(canvas, OutputFormat.GIF, input, false);
        var frames = new ArrayList<Image>();
        var first = input.images(tools.scope(), canvas, false).getFirst();
        var shaped = painter.display(painter.shape(first, new Geometry(canvas, canvas)));
        frames.add(tools.scope().inMemory(shaped));
        for (var other : further) {
            var read = other.read(tools);
            check(other.argument() + ": ", read);
            var size = fitted(read.size(), canvas);
            frames.add(other.image(read, size, tools));
        }
        return Picture.of(
                timed(alike(frames, canvas, tools), tools), Encoding.of(OutputFormat.GIF, QUALITY));
    }

    private static void check(String argument, Input input) {
        if (input.sameFormat() != OutputFormat.JPEG && input.sameFormat() != OutputFormat.PNG) {
            throw Problem.badRequest(argument + "unsupported format: neither jpeg nor png")
                    .refused();
        }
        if (input.size().edge() > MAX_EDGE) {
            throw Source.over(argument + "image's edge", input.size().toString(), MAX_EDGE);
        }
    }

    private static Size fitted(Size size, Size canvas) {
        var scale =
                Math.min(
                        (double) canvas.width() / size.width(),
                        (double) canvas.height() / size.height());
        return new Size(
                Math.clamp(Math.round(size.width() * scale), 1, canvas.width()),
                Math.clamp(Math.round(size.height() * scale), 1, canvas.height()));
    }

    /** All of four bands and of one size. */
    private static List<Image> alike(List<Image> images, Size canvas, Tools tools) {
        var scope = tools.scope();
        return images.stream()
                .map(image -> Layer.dissolved(scope, image, 1))
                .map(image ->
                        scope.call(
                                "gravity",
                                "in",
                                image,
                                "direction",
                                "centre",
                                "width",
                                canvas.width(),
                                "height",
                                canvas.height(),
                                "extend",
                                "white"))
                .toList();
    }

    private List<Image> timed(List<Image> images, Tools tools) {
        var frames = new ArrayList<>(images);
        if (backwards) {
            Collections.reverse(frames);
        }
        var delays = new int[frames.size()];
        Arrays.fill(delays, 10 * hundredths);
        var first = tools.scope().call("copy", "in", frames.getFirst());
        first.set("delay", delays);
        first.set("loop", 0);
        frames.set(0, first);
        return frames;
    }
}
