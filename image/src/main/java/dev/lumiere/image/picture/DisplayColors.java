package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import java.util.Arrays;

/** From the colours of a source to those that every screen shows. */
final class DisplayColors {
    private final ImageScope scope;

    DisplayColors(ImageScope scope) {
        this.scope = scope;
    }

    /** To sRGB or grey of eight bits, by the image's own profile where that says otherwise. */
    Image of(Image source) {
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
