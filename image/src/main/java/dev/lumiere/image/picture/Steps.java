package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The steps that make a decoded image into a picture to show. Each gives its input if it has
 * nothing to do.
 */
public final class Steps {
    private final ImageScope scope;

    public Steps(ImageScope scope) {
        this.scope = scope;
    }

    /** Scales and cuts, with colours weighed by their opacity, then sets it upright. */
    public Image shape(Image image, Geometry seen) {
        var orientation = image.integer("orientation", 1);
        var geometry = orientation >= 5 ? seen.turned() : seen;
        var plain =
                image.hasAlpha() && !geometry.scaled().equals(Size.of(image))
                        ? weighed(image, even -> scaledAndCut(even, geometry))
                        : scaledAndCut(image, geometry);
        // Turning reads from everywhere; the decoder goes from top to bottom only.
        return orientation > 1 ? scope.call("autorot", "in", scope.inMemory(plain)) : plain;
    }

    /** To sRGB or grey of eight bits, by the image's own profile where that says otherwise. */
    public Image display(Image source) {
        // a TIFF may have any number of bands beyond its colours
        var image =
                source.bands() > 4 && source.interpretation() != Image.Interpretation.CMYK
                        ? scope.call("extract_band", "in", source, "band", 0, "n", 3)
                        : source;
        var interpretation = image.interpretation();
        var cmyk = interpretation == Image.Interpretation.CMYK;
        if (cmyk || needsProfile(image)) {
            try {
                return cast(byProfile(image, cmyk), "uchar");
            } catch (VipsException e) {
                // The embedded profile is broken or of another colour space: do without it.
                if (cmyk) {
                    throw e;
                }
            }
        }
        return switch (interpretation) {
            case SRGB, GREY -> image.isUchar() ? image : cast(image, "uchar");
            case GREY16 -> cast(colourspace(image, "b-w"), "uchar");
            default -> cast(colourspace(image, "srgb"), "uchar");
        };
    }

    /** Laid over white. */
    public Image opaque(Image image) {
        return image.hasAlpha() ? scope.call("flatten", "in", image, "background", 255) : image;
    }

    /** Does what mixes pixels with their colours weighed by their opacity. */
    Image weighed(Image image, UnaryOperator<Image> work) {
        var done = work.apply(scope.call("premultiply", "in", image));
        return cast(scope.call("unpremultiply", "in", done), image.isUchar() ? "uchar" : "ushort");
    }

    private Image scaledAndCut(Image image, Geometry geometry) {
        return cut(scale(image, geometry.scaled()), geometry.cut());
    }

    Image scale(Image image, Size to) {
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

    private Image cut(Image image, Size to) {
        var from = Size.of(image);
        return from.equals(to)
                ? image
                : scope.call(
                        "extract_area",
                        "input",
                        image,
                        "left",
                        (from.width() - to.width()) / 2,
                        "top",
                        (from.height() - to.height()) / 2,
                        "width",
                        to.width(),
                        "height",
                        to.height());
    }

    private Image byProfile(Image image, boolean cmyk) {
        return cmyk
                ? scope.call(
                        "icc_transform",
                        "in",
                        image,
                        "output-profile",
                        "srgb",
                        "embedded",
                        true,
                        "input-profile",
                        "cmyk",
                        "intent",
                        "perceptual")
                : scope.call(
                        "icc_transform",
                        "in",
                        image,
                        "output-profile",
                        "srgb",
                        "embedded",
                        true,
                        "intent",
                        "perceptual");
    }

    /** Whether there is a profile and it is another than the usual sRGB. */
    private static boolean needsProfile(Image image) {
        var profile = image.bytes("icc-profile-data");
        return profile.length > 128 && !isSrgb(profile);
    }

    /** By manufacturer and model in the profile's header, {@code IEC } and {@code sRGB}. */
    private static boolean isSrgb(byte[] profile) {
        return Arrays.equals(
                Arrays.copyOfRange(profile, 48, 56),
                new byte[] {'I', 'E', 'C', ' ', 's', 'R', 'G', 'B'});
    }

    private Image colourspace(Image image, String space) {
        return scope.call("colourspace", "in", image, "space", space);
    }

    private Image cast(Image image, String format) {
        return scope.call("cast", "in", image, "format", format);
    }
}
