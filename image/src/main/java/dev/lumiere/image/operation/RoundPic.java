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
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.service.Problem;
import java.util.List;
import java.util.Locale;

/**
 * {@code roundPic}: a picture with transparent corners, each a quarter of an ellipse.
 *
 * @param x horizontal radius
 * @param y vertical radius
 * @param circular whether the corners are quarters of a circle where the radius is in pixels
 */
public record RoundPic(Radius x, Radius y, boolean circular) implements Operation.OnPicture {
    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of().names("radius", "radiusx", "radiusy");

    /**
     * Of a corner.
     *
     * @param length in pixels, or in percent of the picture's side
     */
    record Radius(double length, boolean inPercent) {
        private static final int MAX_PIXELS = 99_999;
        private static final int MAX_PERCENT = 1000;

        static Radius of(Parameter parameter) {
            var text = parameter.value();
            if (!text.startsWith("!")) {
                return new Radius(parameter.integer(0, MAX_PIXELS), false);
            }
            if (!text.endsWith("p")) {
                throw parameter.bad();
            }
            var number = new Parameter(parameter.name(), text.substring(1, text.length() - 1));
            return new Radius(number.decimal(0, MAX_PERCENT), true);
        }

        /** In pixels; half a side is the most that a corner can have. */
        double on(int side, int shortest) {
            return inPercent
                    ? side * Math.min(length, 50) / 100
                    : Math.min(length, Math.min(side, shortest) / 2.0);
        }
    }

    static RoundPic parse(Stage stage) {
        var parameters = Parameters.read(stage, SHAPE);
        var radius = parameters.find("radius");
        if (radius.isPresent()) {
            for (var other : new String[] {"radiusx", "radiusy"}) {
                if (parameters.has(other)) {
                    throw parameters.require(other).bad();
                }
            }
            var both = Radius.of(radius.get());
            return new RoundPic(both, both, true);
        }
        if (!parameters.has("radiusx") && !parameters.has("radiusy")) {
            parameters.require("radius");
        }
        return new RoundPic(
                Radius.of(parameters.require("radiusx")),
                Radius.of(parameters.require("radiusy")),
                false);
    }

    @Override
    public Picture apply(Input input, Tools tools) {
        requireJpegOrPng(input);
        var size = input.size();
        new OutputLimits(tools.config()).check(size, OutputFormat.PNG, input, false);

        var painter = tools.painter();
        var stored = input.images(tools.scope(), size, false).getFirst();
        var image = painter.display(painter.shape(stored, new Geometry(size, size)));
        return Picture.of(
                List.of(cornered(image, mask(size, tools), tools.scope())),
                Encoding.of(OutputFormat.PNG, 75));
    }

    private static void requireJpegOrPng(Input input) {
        var word =
                input instanceof Source source
                        ? source.format().word()
                        : input.sameFormat().name().toLowerCase(Locale.ROOT);
        if (!word.equals("jpeg") && !word.equals("png")) {
            throw Problem.badRequest("unsupported format: " + word).refused();
        }
    }

    private static Image cornered(Image image, Image mask, ImageScope scope) {
        if (!image.hasAlpha()) {
            return scope.call("bandjoin", "in", List.of(image, mask));
        }
        var colors = image.bands() - 1;
        var color = scope.call("extract_band", "in", image, "band", 0, "n", colors);
        var alpha = scope.call("extract_band", "in", image, "band", colors);
        var product = scope.call("multiply", "left", alpha, "right", mask);
        var less = scope.call("linear", "in", product, "a", 1 / 255.0, "b", 0.5, "uchar", true);
        return scope.call("bandjoin", "in", List.of(color, less));
    }

    /** One band, 255 where the picture stays and 0 where it goes. */
    private Image mask(Size size, Tools tools) {
        var shortest = circular ? Math.min(size.width(), size.height()) : Integer.MAX_VALUE;
        var svg =
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\">"
                                + "<rect width=\"%1$d\" height=\"%2$d\" rx=\"%3$.3f\""
                                + " ry=\"%4$.3f\" fill=\"#fff\"/></svg>",
                        size.width(),
                        size.height(),
                        x.on(size.width(), shortest),
                        y.on(size.height(), shortest));
        var drawing = tools.memory().allocateFrom(svg);
        var text = drawing.asSlice(0, drawing.byteSize() - 1);
        var image = tools.scope().call("svgload_buffer", "buffer", text);
        return tools.scope().call("extract_band", "in", image, "band", image.bands() - 1);
    }
}
