package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What can be done to an image that is to become another picture. Each gives its input if it has
 * nothing to do. Where there are colours to be put in, it has to be in sRGB or grey of eight bits.
 */
public final class Painter {
    private final ImageScope scope;

    public Painter(ImageScope scope) {
        this.scope = scope;
    }

    /** Scales and cuts, with colours weighed by their opacity, then sets it upright. */
    public Image shape(Image image, Geometry seen) {
        var orientation = image.integer("orientation", 1);
        var geometry = orientation >= 5 ? seen.turned() : seen;
        var plain =
                geometry.scaled().equals(Size.of(image))
                        ? scaledAndCut(image, geometry)
                        : weighed(image, even -> scaledAndCut(even, geometry));
        // Turning reads from everywhere; the decoder goes from top to bottom only.
        return orientation > 1 ? scope.call("autorot", "in", scope.inMemory(plain)) : plain;
    }

    /** Turned and mirrored as EXIF says. */
    public Image upright(Image image) {
        return image.integer("orientation", 1) > 1
                ? scope.call("autorot", "in", scope.inMemory(image))
                : image;
    }

    /** In sRGB or grey of eight bits, by its own profile where that says otherwise. */
    public Image display(Image image) {
        return new DisplayColors(scope).of(image);
    }

    public Image scaled(Image image, Size to) {
        return Size.of(image).equals(to) ? image : weighed(image, even -> plainlyScaled(even, to));
    }

    /** One part of it; the box has to be on the image. */
    public Image cut(Image image, Box box) {
        return box.size().equals(Size.of(image))
                ? image
                : scope.call(
                        "extract_area",
                        "input",
                        image,
                        "left",
                        box.left(),
                        "top",
                        box.top(),
                        "width",
                        box.size().width(),
                        "height",
                        box.size().height());
    }

    /** Where of this size there is most to look at: skin, saturated colours, detail. */
    public Box mostSeen(Image image, Size size) {
        if (Size.of(image).equals(size)) {
            return new Box(0, 0, size);
        }
        try {
            var part =
                    scope.call(
                            "smartcrop",
                            "input",
                            scope.inMemory(image),
                            "width",
                            size.width(),
                            "height",
                            size.height(),
                            "interesting",
                            "attention");
            // What is cut out says where it was by an offset to the left and up.
            return new Box(-part.integer("xoffset", 0), -part.integer("yoffset", 0), size);
        } catch (VipsException _) {
            return Box.centered(size, Size.of(image));
        }
    }

    /**
     * Turned clockwise, on a canvas that grows with it.
     *
     * @param degrees 1 to 360
     * @param background of its new corners
     */
    public Image rotated(Image image, int degrees, Rgba background) {
        if (degrees % 360 == 0) {
            return image;
        }
        if (degrees % 90 == 0) {
            return scope.call("rot", "in", scope.inMemory(image), "angle", "d" + degrees);
        }
        var canvas = scope.inMemory(ready(image, background));
        var corners = background.premultiplied();
        return weighed(
                canvas,
                even ->
                        scope.call(
                                "rotate",
                                "in",
                                even,
                                "angle",
                                degrees,
                                "background",
                                bands(corners, even)));
    }

    /**
     * Blurred by a bell curve.
     *
     * @param radius in pixels, where the curve ends
     * @param sigma its width, in pixels
     */
    public Image blurred(Image image, int radius, double sigma) {
        var end = (radius + 0.5) / sigma;
        var leastWeight = Math.clamp(Math.exp(-end * end / 2), 0.001, 1);
        return weighed(
                image,
                even ->
                        scope.call(
                                "gaussblur",
                                "in",
                                even,
                                "sigma",
                                decimal(sigma),
                                "min-ampl",
                                decimal(leastWeight)));
    }

    /** With edges a little clearer. */
    public Image sharpened(Image image) {
        var format = image.isUchar() ? "uchar" : "ushort";
        return scope.call(
                "cast",
                "in",
                scope.call("sharpen", "in", image, "sigma", 0.8, "m2", 1.5),
                "format",
                format);
    }

    /** What is seen in a window over it, with background where it ends. */
    public Image framed(Image image, Box window, Rgba background) {
        var canvas = ready(image, background);
        return scope.call(
                "embed",
                "in",
                canvas,
                "x",
                -window.left(),
                "y",
                -window.top(),
                "width",
                window.size().width(),
                "height",
                window.size().height(),
                "extend",
                "background",
                "background",
                bands(background, canvas));
    }

    /** Laid over white. */
    public Image opaque(Image image) {
        return image.hasAlpha() ? scope.call("flatten", "in", image, "background", 255) : image;
    }

    /** Laid over a colour, or if that is transparent over white. */
    public Image opaque(Image image, Rgba background) {
        if (!image.hasAlpha()) {
            return image;
        }
        var ground = background.overWhite();
        var canvas = ready(image, ground);
        var opaque = new int[] {ground.red(), ground.green(), ground.blue()};
        var bands = canvas.bands() == 2 ? 1 : 3;
        return scope.call(
                "flatten",
                "in",
                canvas,
                "background",
                IntStream.of(opaque)
                        .limit(bands)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(" ")));
    }

    /**
     * Without what it says of itself that is no longer so: the colour profile, since it is in sRGB,
     * and the small picture in its EXIF.
     *
     * @param isUpright whether an orientation is forgotten too
     */
    public Image renewed(Image image, boolean isUpright) {
        var copy = scope.call("copy", "in", image);
        copy.remove("icc-profile-data");
        copy.remove("jpeg-thumbnail-data");
        if (isUpright) {
            copy.remove("orientation");
        }
        return copy;
    }

    /** Able to show a colour: with bands for it, and with alpha if it has. */
    private Image ready(Image image, Rgba color) {
        var isGrey = image.bands() <= 2;
        var colored =
                isGrey && !color.isGrey()
                        ? scope.call("colourspace", "in", image, "space", "srgb")
                        : image;
        return color.isOpaque() || colored.hasAlpha()
                ? colored
                : scope.call("bandjoin_const", "in", colored, "c", 255);
    }

    private static String bands(Rgba color, Image image) {
        return switch (image.bands()) {
            case 1 -> Integer.toString(color.red());
            case 2 -> color.red() + " " + color.alpha();
            case 3 -> color.red() + " " + color.green() + " " + color.blue();
            default -> color.red() + " " + color.green() + " " + color.blue() + " " + color.alpha();
        };
    }

    /** Does what mixes pixels with their colours weighed by their opacity, if they have any. */
    private Image weighed(Image image, UnaryOperator<Image> work) {
        if (!image.hasAlpha()) {
            return work.apply(image);
        }
        var done = work.apply(scope.call("premultiply", "in", image));
        return scope.call(
                "cast",
                "in",
                scope.call("unpremultiply", "in", done),
                "format",
                image.isUchar() ? "uchar" : "ushort");
    }

    private Image scaledAndCut(Image image, Geometry geometry) {
        var scaled = plainlyScaled(image, geometry.scaled());
        return cut(scaled, Box.centered(geometry.cut(), Size.of(scaled)));
    }

    private Image plainlyScaled(Image image, Size to) {
        var from = Size.of(image);
        return from.equals(to)
                ? image
                : scope.call(
                        "resize",
                        "in",
                        image,
                        "scale",
                        (double) to.width() / from.width(),
                        "vscale",
                        (double) to.height() / from.height());
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.9f", number);
    }
}
