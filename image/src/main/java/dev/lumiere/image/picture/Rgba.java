package dev.lumiere.image.picture;

import dev.lumiere.fop.Parameter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A colour in sRGB.
 *
 * @param red 0 to 255, as the others
 * @param alpha 0 for transparent, 255 for opaque
 */
public record Rgba(int red, int green, int blue, int alpha) {
    public static final Rgba BLACK = new Rgba(0, 0, 0, 255);
    public static final Rgba WHITE = new Rgba(255, 255, 255, 255);
    private static final Rgba TRANSPARENT = new Rgba(0, 0, 0, 0);
    private static final Pattern HEX = Pattern.compile("#[0-9a-f]{6}([0-9a-f]{2})?");

    /** Grey is the one of Qiniu's, not of CSS. */
    private static final Map<String, Rgba> NAMES =
            Map.ofEntries(
                    Map.entry("transparent", TRANSPARENT),
                    Map.entry("none", TRANSPARENT),
                    Map.entry("white", WHITE),
                    Map.entry("black", BLACK),
                    Map.entry("red", opaque(0xff0000)),
                    Map.entry("orange", opaque(0xffa500)),
                    Map.entry("yellow", opaque(0xffff00)),
                    Map.entry("green", opaque(0x008000)),
                    Map.entry("blue", opaque(0x0000ff)),
                    Map.entry("purple", opaque(0x800080)),
                    Map.entry("gray", opaque(0x7e7e7e)),
                    Map.entry("pink", opaque(0xffc0cb)));

    public Rgba {
        if (((red | green | blue | alpha) & ~0xff) != 0) {
            throw new IllegalArgumentException(
                    "not in 0..255: " + red + " " + green + " " + blue + " " + alpha);
        }
    }

    /** A name, {@code #RRGGBB} or {@code #RRGGBBAA}, in any case. */
    public static Optional<Rgba> of(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (!HEX.matcher(lower).matches()) {
            return Optional.ofNullable(NAMES.get(lower));
        }
        var rgb = Integer.parseInt(lower, 1, 7, 16);
        var alpha = lower.length() == 7 ? 255 : Integer.parseInt(lower, 7, 9, 16);
        return Optional.of(opaque(rgb).withAlpha(alpha));
    }

    /**
     * Of a parameter that has it in base64.
     *
     * @throws dev.lumiere.service.Problem.Refused with status 400 if that is none
     */
    public static Rgba read(Parameter parameter) {
        return of(parameter.text()).orElseThrow(parameter::bad);
    }

    public Rgba withAlpha(int other) {
        return new Rgba(red, green, blue, other);
    }

    /** Laid over white. */
    public Rgba overWhite() {
        return new Rgba(overWhite(red), overWhite(green), overWhite(blue), 255);
    }

    public boolean isOpaque() {
        return alpha == 255;
    }

    boolean isGrey() {
        return red == green && green == blue;
    }

    /** With colours weighed by opacity. */
    Rgba premultiplied() {
        return new Rgba(weighed(red), weighed(green), weighed(blue), alpha);
    }

    private int weighed(int channel) {
        return (channel * alpha + 127) / 255;
    }

    private int overWhite(int channel) {
        return 255 - ((255 - channel) * alpha + 127) / 255;
    }

    private static Rgba opaque(int rgb) {
        return new Rgba(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff, 255);
    }
}
