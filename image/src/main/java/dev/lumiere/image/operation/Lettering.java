package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.Vips;
import dev.lumiere.image.vips.VipsException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Text as it is to be drawn, by Pango; never markup.
 *
 * @param families fonts to try, the first that has a letter draws it
 * @param pixels size of the font, at least 1
 */
public record Lettering(String text, String families, double pixels, Rgba fill) {
    /** Of 20 to a point, at 72 points to the inch: a pixel is as large as a point. */
    private static final double MAX_DRAWN_PIXELS = 25e6;

    private static final int TWIPS = 20;

    private static final int DEFAULT_TWIPS = 240;
    private static final int MAX_TWIPS = 9999;
    private static final int MAX_LENGTH = 1000;

    private static final String SANS = "Noto Sans CJK SC";
    private static final String SERIF = "Noto Serif CJK SC";
    private static final String MONO = "Noto Sans Mono CJK SC";

    /** Fonts that are asked for but not free, and those that stand in for them. */
    private static final Map<String, String> STAND_INS =
            Map.ofEntries(
                    Map.entry("黑体", SANS),
                    Map.entry("simhei", SANS),
                    Map.entry("微软雅黑", SANS),
                    Map.entry("microsoft yahei", SANS),
                    Map.entry("苹方", SANS),
                    Map.entry("pingfang sc", SANS),
                    Map.entry("幼圆", SANS),
                    Map.entry("宋体", SERIF),
                    Map.entry("simsun", SERIF),
                    Map.entry("新宋体", SERIF),
                    Map.entry("nsimsun", SERIF),
                    Map.entry("仿宋", SERIF),
                    Map.entry("fangsong", SERIF),
                    Map.entry("楷体", SERIF),
                    Map.entry("kaiti", SERIF),
                    Map.entry("times new roman", "Liberation Serif,Nimbus Roman," + SERIF),
                    Map.entry("arial", "Liberation Sans,Nimbus Sans," + SANS),
                    Map.entry("helvetica", "Nimbus Sans," + SANS),
                    Map.entry("courier new", "Liberation Mono,Nimbus Mono PS," + MONO));

    /** In pixels: the size at which long texts are measured before they are drawn. */
    private static final int TRIAL_PIXELS = 8;

    private static final int SMALL_PIXELS = 200;
    private static final int SHORT_PIXELS = 4_000;

    /** A text, and how it looks unless more is said: black, in a sans-serif font of 12 pixels. */
    static Lettering of(Parameter text) {
        var letters = text.text();
        if (letters.isBlank()
                || letters.codePointCount(0, letters.length()) > MAX_LENGTH
                || letters.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t')
                || letters.chars().anyMatch(c -> c >= 0xfffe)) {
            throw text.bad();
        }
        return new Lettering(letters, SANS, (double) DEFAULT_TWIPS / TWIPS, Rgba.BLACK);
    }

    /** In the font of this name; one that is not there is as good as the usual one. */
    Lettering in(Parameter font) {
        var name = font.text().strip();
        var standIn = STAND_INS.get(name.toLowerCase(Locale.ROOT));
        if (standIn != null) {
            return new Lettering(text, standIn, pixels, fill);
        }
        // Beside the name, Pango would read style, size and variations.
        var plain = name.length() <= 64 && name.matches("[\\p{L}\\p{Nd} _-]+");
        return new Lettering(text, plain ? name + "," + SANS : SANS, pixels, fill);
    }

    /** Of this size, in twips; 0 for the usual one. */
    Lettering sized(Parameter fontSize) {
        var twips = fontSize.integer(0, MAX_TWIPS);
        return ofPixels((double) (twips == 0 ? DEFAULT_TWIPS : twips) / TWIPS);
    }

    Lettering ofPixels(double size) {
        return new Lettering(text, families, Math.max(1, size), fill);
    }

    Lettering in(Rgba color) {
        return new Lettering(text, families, pixels, color);
    }

    /**
     * Draws it: one band, 255 where there are letters, as large as they are.
     *
     * @return empty if it is larger than {@code limit}, found without drawing it where it is large
     */
    Optional<Image> mask(Tools tools, Size limit) {
        var length = text.codePointCount(0, text.length());
        try {
            if (pixels > SMALL_PIXELS || length * pixels > SHORT_PIXELS) {
                var trial = drawn(tools.scope(), TRIAL_PIXELS);
                // Hinting makes small letters up to a third wider or narrower.
                var scale = pixels / TRIAL_PIXELS / 1.5;
                var width = trial.width() * scale;
                var height = trial.height() * scale;
                if (width > limit.width()
                        || height > limit.height()
                        || width * height > MAX_DRAWN_PIXELS) {
                    return Optional.empty();
                }
            }
            var mask = drawn(tools.scope(), pixels);
            var fits = mask.width() <= limit.width() && mask.height() <= limit.height();
            return fits ? Optional.of(tools.scope().inMemory(mask)) : Optional.empty();
        } catch (VipsException _) {
            // Nothing in it can be seen, or it is larger than anything can be drawn.
            throw new Parameter("text", "").bad();
        }
    }

    /** Black letters in the usual font. */
    static Lettering plain(String text, double pixels) {
        return new Lettering(text, SANS, pixels, Rgba.BLACK);
    }

    /** Drawn in black on white, with a margin. */
    Image onWhite(Tools tools) {
        var scope = tools.scope();
        var margin = (int) pixels / 2;
        try {
            var mask = drawn(scope, pixels);
            var wider =
                    scope.call(
                            "embed",
                            "in",
                            mask,
                            "x",
                            margin,
                            "y",
                            margin,
                            "width",
                            mask.width() + 2 * margin,
                            "height",
                            mask.height() + 2 * margin);
            return scope.call("invert", "in", wider);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    /**
     * Finds the fonts, which whoever draws first would wait for: 0.8 s where their list is of
     * another release of fontconfig.
     */
    public static void warmUp(Vips vips) {
        try (var scope = vips.open()) {
            var warm = new Lettering("永Aa", SANS, TRIAL_PIXELS, Rgba.BLACK);
            var _ = scope.inMemory(warm.drawn(scope, TRIAL_PIXELS));
        }
    }

    private Image drawn(ImageScope scope, double size) {
        return scope.call(
                "text",
                "text",
                escaped(),
                "font",
                families + ", " + Math.round(size * 1000) / 1000.0,
                "dpi",
                72);
    }

    private String escaped() {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
