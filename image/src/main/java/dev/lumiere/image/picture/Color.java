package dev.lumiere.image.picture;

import dev.lumiere.fop.Parameter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A colour in sRGB.
 *
 * @param red 0 to 255, as are the others
 * @param alpha 0 for transparent, 255 for opaque
 */
public record Color(int red, int green, int blue, int alpha) {
    public static final Color BLACK = new Color(0, 0, 0, 255);
    public static final Color WHITE = new Color(255, 255, 255, 255);

    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("transparent", "#00000000"),
                    Map.entry("none", "#00000000"),
                    Map.entry("white", "#FFFFFF"),
                    Map.entry("black", "#000000"),
                    Map.entry("red", "#FF0000"),
                    Map.entry("orange", "#FFA500"),
                    Map.entry("yellow", "#FFFF00"),
                    Map.entry("green", "#008000"),
                    Map.entry("blue", "#0000FF"),
                    Map.entry("purple", "#800080"),
                    Map.entry("gray", "#7E7E7E"),
                    Map.entry("pink", "#FFC0CB"));

    public Color {
        if (((red | green | blue | alpha) & ~0xff) != 0) {
            throw new IllegalArgumentException("no colour: " + red + "," + green + "," + blue);
        }
    }

    /**
     * Reads the base64 of a name, {@code #RRGGBB} or {@code #RRGGBBAA}, in any case.
     *
     * @throws dev.lumiere.service.Problem.Refused with status 400 if it is something else
     */
    public static Color parse(Parameter parameter) {
        var text = parameter.text();
        var hex = NAMES.getOrDefault(text.toLowerCase(Locale.ROOT), text);
        if (!hex.matches("#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})")) {
            throw parameter.bad();
        }
        var octets = HexFormat.of().parseHex(hex, 1, hex.length());
        return new Color(
                octets[0] & 0xff,
                octets[1] & 0xff,
                octets[2] & 0xff,
                octets.length == 4 ? octets[3] & 0xff : 255);
    }
}
