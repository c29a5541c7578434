package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;
import static dev.lumiere.systemtest.corpus.PngBytes.chunk;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/** PNGs. */
final class PngFiles {
    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GREY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;
    private static final int[] OPACITIES = {255, 160, 64, 0};

    private final Look look = Look.colored().within(2);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var pngs = new PngFiles();
        for (var interlaced : new boolean[] {false, true}) {
            pngs.addKinds(interlaced);
        }
        pngs.addKeys();
        pngs.addChunks();
        pngs.addBombs();
        return pngs.files;
    }

    static byte[] plain(Look look) {
        return bytes(look, RGB, 8, false).write((x, y) -> rgb(look.at(x, y), 1));
    }

    private void addKinds(boolean interlaced) {
        for (var bits : new int[] {1, 2, 4, 8, 16}) {
            var most = (1 << bits) - 1;
            var greys = greys(most);
            var levels = new int[] {0, most / 3, most - most / 3, most};
            add(
                    "grey",
                    greys,
                    GREY,
                    bits,
                    interlaced,
                    (x, y) -> new int[] {levels[greys.quarter(x, y)]});
            if (bits < 16) {
                addPalettes(bits, interlaced);
            }
        }
        for (var bits : new int[] {8, 16}) {
            var wide = bits == 16 ? 257 : 1;
            add("rgb", look, RGB, bits, interlaced, (x, y) -> rgb(look.at(x, y), wide));
            var glass = translucent(look);
            add(
                    "rgb-alpha",
                    glass,
                    RGB_ALPHA,
                    bits,
                    interlaced,
                    (x, y) -> rgba(glass.at(x, y), wide));
            var smoke = translucent(greys(255));
            add(
                    "grey-alpha",
                    smoke,
                    GREY_ALPHA,
                    bits,
                    interlaced,
                    (x, y) ->
                            new int[] {
                                smoke.at(x, y).getRed() * wide, smoke.at(x, y).getAlpha() * wide
                            });
        }
    }

    private void addPalettes(int bits, boolean interlaced) {
        var few = bits == 1;
        var seen = few ? twoColors(look) : look;
        PngBytes.Samples indices =
                (x, y) -> new int[] {few ? seen.quarter(x, y) & 1 : seen.quarter(x, y)};
        add("palette", seen, PALETTE, bits, interlaced, indices, palette(seen, few));
        var glass = translucent(seen);
        var opacities = few ? Octets.of(255, 160) : Octets.of(OPACITIES);
        add(
                "palette-alpha",
                few ? twoColors(glass) : glass,
                PALETTE,
                bits,
                interlaced,
                indices,
                palette(seen, few),
                chunk("tRNS", opacities));
    }

    /** One colour is said to be transparent. */
    private void addKeys() {
        var greys = greys(255);
        var key = greys.quarters().get(1).getRed();
        add(
                "grey-key",
                without(greys, 1),
                GREY,
                8,
                false,
                (x, y) -> new int[] {greys.at(x, y).getRed()},
                chunk("tRNS", Octets.of(0, key)));
        var blue = look.quarters().get(2);
        add(
                "rgb-key",
                without(look, 2),
                RGB,
                8,
                false,
                (x, y) -> rgb(look.at(x, y), 1),
                chunk("tRNS", Octets.of(0, blue.getRed(), 0, blue.getGreen(), 0, blue.getBlue())));
    }

    private void addChunks() {
        addWith(
                "icc-exchanged",
                look.map(Profiles::exchanged).within(Look.LOSSY),
                icc(Profiles.exchanged()));
        addWith(
                "icc-linear",
                look.map(Profiles::linear).within(Look.LOSSY),
                icc(Profiles.linear()));
        addWith("icc-grey", look, icc(Profiles.grey()));
        addWith("icc-noise", look, icc(Profiles.noise()));
        addWith("icc-cut", look, icc(Profiles.cut()));
        addWith("icc-lying", look, icc(Profiles.lying()));
        addWith("icc-not-deflated", look, chunk("iCCP", join(latin("x\0\0"), Profiles.noise())));
        addWith("srgb", look, chunk("sRGB", Octets.of(0)));
        addWith("unknown-chunk", look, chunk("quUx", Profiles.noise()));
        addWith("text", look, chunk("tEXt", join(latin("Comment\0"), latin("x".repeat(100_000)))));
        addWith("animated", look, chunk("acTL", join(Octets.bigEndian(2), Octets.bigEndian(0))));
        var plain = plain(look);
        files.add(
                OddFile.harmless(
                        "wrong-crc.png", Octets.patched(plain, 29, Octets.of(1, 2, 3, 4))));
        files.add(OddFile.shown("trailing.png", join(plain, Profiles.noise()), "png", look));
        var size = Color.ORANGE;
        for (var flat :
                List.of(
                        Look.flat(1, 1, size),
                        Look.flat(1, 5000, size),
                        Look.flat(5000, 1, size))) {
            files.add(
                    OddFile.shown(
                            "flat-" + flat.width() + "x" + flat.height() + ".png",
                            plain(flat),
                            "png",
                            flat));
        }
    }

    /** Little that becomes much. */
    private void addBombs() {
        var large = new byte[50 << 20];
        addWith(
                "text-bomb",
                look,
                chunk("zTXt", join(latin("Comment\0\0"), Octets.deflated(large))));
        files.add(OddFile.harmless("icc-bomb.png", of(icc(large))));
        var black = new PngBytes(30_000, 5_000, GREY, 1, false);
        files.add(OddFile.harmless("allowed-bomb.png", black.write((_, _) -> new int[] {0})));
        var most = new PngBytes(5_000, 5_000, GREY, 1, true);
        files.add(OddFile.harmless("interlaced-bomb.png", most.write((_, _) -> new int[] {0})));
    }

    private void add(
            String name,
            Look seen,
            int colors,
            int bits,
            boolean interlaced,
            PngBytes.Samples samples,
            byte[]... chunks) {
        var bytes = bytes(seen, colors, bits, interlaced).write(samples, chunks);
        files.add(
                OddFile.shown(
                        name + "-" + bits + (interlaced ? "-adam7.png" : ".png"),
                        bytes,
                        "png",
                        seen));
    }

    private void addWith(String name, Look seen, byte[]... chunks) {
        files.add(OddFile.shown(name + ".png", of(chunks), "png", seen));
    }

    private byte[] of(byte[]... chunks) {
        return bytes(look, RGB, 8, false).write((x, y) -> rgb(look.at(x, y), 1), chunks);
    }

    private static PngBytes bytes(Look look, int colors, int bits, boolean interlaced) {
        return new PngBytes(look.width(), look.height(), colors, bits, interlaced);
    }

    private static int[] rgb(Color color, int factor) {
        return new int[] {
            color.getRed() * factor, color.getGreen() * factor, color.getBlue() * factor
        };
    }

    private static int[] rgba(Color color, int factor) {
        return new int[] {
            color.getRed() * factor,
            color.getGreen() * factor,
            color.getBlue() * factor,
            color.getAlpha() * factor
        };
    }

    private static byte[] palette(Look look, boolean few) {
        var colors = new byte[0];
        for (var color : look.quarters().subList(0, few ? 2 : 4)) {
            colors = join(colors, Octets.of(rgb(color, 1)));
        }
        return chunk("PLTE", colors);
    }

    private static byte[] icc(byte[] profile) {
        return chunk("iCCP", join(latin("odd\0\0"), Octets.deflated(profile)));
    }

    /** Four levels of grey, of which there are only so many. */
    private static Look greys(int most) {
        var levels = new int[] {0, most / 3, most - most / 3, most};
        var colors = new Color[4];
        for (var i = 0; i < 4; i++) {
            var value = (int) Math.round(levels[i] * 255.0 / most);
            colors[i] = new Color(value, value, value);
        }
        return Look.of(colors).within(2);
    }

    private static Look twoColors(Look look) {
        var left = look.quarters().get(0);
        var right = look.quarters().get(1);
        return Look.of(left, right, left, right).within(look.tolerance());
    }

    private static Look translucent(Look look) {
        var colors = new Color[4];
        for (var i = 0; i < 4; i++) {
            var color = look.quarters().get(i);
            colors[i] = new Color(color.getRed(), color.getGreen(), color.getBlue(), OPACITIES[i]);
        }
        return Look.of(colors).within(3);
    }

    private static Look without(Look look, int quarter) {
        var colors = look.quarters().toArray(Color[]::new);
        colors[quarter] = new Color(0, true);
        return Look.of(colors).within(2);
    }
}
