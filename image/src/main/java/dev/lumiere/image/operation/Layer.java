package dev.lumiere.image.operation;

import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.util.List;

/**
 * What is laid over a picture.
 *
 * @param image in sRGB with opacity
 * @param at where it lies, perhaps partly outside
 */
record Layer(Image image, Box at) {

    /** An image, with its opacity lowered to a part from 0 to 1 of what it is. */
    static Image dissolved(ImageScope scope, Image image, double opacity) {
        var colored = colored(scope, image);
        var clear =
                colored.hasAlpha()
                        ? colored
                        : scope.call("bandjoin_const", "in", colored, "c", "255");
        return opacity == 1
                ? clear
                : scope.call(
                        "linear",
                        "in",
                        clear,
                        "a",
                        "1 1 1 " + opacity,
                        "b",
                        "0 0 0 0",
                        "uchar",
                        true);
    }

    /** A colour, where a mask of one band says so, as opaque as that says. */
    static Image painted(ImageScope scope, Image mask, Rgba color, double opacity) {
        var flat =
                scope.call(
                        "linear",
                        "in",
                        mask,
                        "a",
                        "0 0 0",
                        "b",
                        color.red() + " " + color.green() + " " + color.blue(),
                        "uchar",
                        true);
        var rgb = scope.call("copy", "in", flat, "interpretation", "srgb");
        var alpha =
                scope.call(
                        "linear",
                        "in",
                        mask,
                        "a",
                        opacity * color.alpha() / 255.0,
                        "b",
                        0,
                        "uchar",
                        true);
        return scope.call("bandjoin", "in", List.of(rgb, alpha));
    }

    /**
     * Fills a canvas with copies, from the upper left corner on, each in the middle of its cell.
     */
    static Image tiled(ImageScope scope, Image image, Size cell, Size canvas) {
        var unit =
                scope.inMemory(
                        scope.call(
                                "embed",
                                "in",
                                image,
                                "x",
                                (cell.width() - image.width()) / 2,
                                "y",
                                (cell.height() - image.height()) / 2,
                                "width",
                                cell.width(),
                                "height",
                                cell.height()));
        var many =
                scope.call(
                        "replicate",
                        "in",
                        unit,
                        "across",
                        Math.ceilDiv(canvas.width(), cell.width()),
                        "down",
                        Math.ceilDiv(canvas.height(), cell.height()));
        return scope.call(
                "extract_area",
                "input",
                many,
                "left",
                0,
                "top",
                0,
                "width",
                canvas.width(),
                "height",
                canvas.height());
    }

    /** Lays it over a picture of eight bits a band, which stays opaque if it was. */
    Image over(ImageScope scope, Image base) {
        var laid =
                scope.call(
                        "composite2",
                        "base",
                        colored(scope, base),
                        "overlay",
                        image,
                        "mode",
                        "over",
                        "x",
                        at.left(),
                        "y",
                        at.top());
        return base.hasAlpha() ? laid : scope.call("extract_band", "in", laid, "band", 0, "n", 3);
    }

    private static Image colored(ImageScope scope, Image image) {
        return image.interpretation() == Image.Interpretation.SRGB
                ? image
                : scope.call("colourspace", "in", image, "space", "srgb");
    }
}
