package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.bigEndian;
import static dev.lumiere.systemtest.corpus.Octets.bigEndian16;
import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;
import static dev.lumiere.systemtest.corpus.Octets.littleEndian;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** BMPs and PSDs. */
final class RareFiles {
    private static final int BMP_WIDTH = 18;
    private static final int BMP_HEIGHT = 22;
    private static final int BMP_BITS = 28;
    private static final int BMP_COMPRESSION = 30;
    private static final int BMP_COLORS = 46;

    private final Look look = Look.colored().within(4);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var rare = new RareFiles();
        rare.addBmps();
        rare.addPsds();
        return rare.files;
    }

    private void addBmps() {
        var plain = bmp(look.draw(BufferedImage.TYPE_3BYTE_BGR));
        shown("plain.bmp", plain, look);
        shown("555.bmp", bmp(look.draw(BufferedImage.TYPE_USHORT_555_RGB)), look.within(12));
        var two = Look.of(Color.BLACK, Color.WHITE, Color.WHITE, Color.BLACK).within(2);
        shown("two-colors.bmp", bmp(two.draw(BufferedImage.TYPE_BYTE_BINARY)), two);
        var greys =
                Look.of(
                        new Color(9, 9, 9),
                        new Color(90, 90, 90),
                        new Color(170, 170, 170),
                        Color.WHITE);
        shown("grey.bmp", bmp(greys.draw(BufferedImage.TYPE_BYTE_GRAY)), greys);
        files.add(
                OddFile.harmless(
                        "top-down.bmp", Octets.patched(plain, BMP_HEIGHT, littleEndian(-64))));
        for (var size : new int[] {0, 1, -1, 100, 65_535, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            files.add(
                    OddFile.harmless(
                            "width-" + size + ".bmp",
                            Octets.patched(plain, BMP_WIDTH, littleEndian(size))));
            files.add(
                    OddFile.harmless(
                            "height-" + size + ".bmp",
                            Octets.patched(plain, BMP_HEIGHT, littleEndian(size))));
        }
        for (var bits : new int[] {0, 1, 4, 8, 16, 32, 64, 255}) {
            files.add(
                    OddFile.harmless(
                            "bits-" + bits + ".bmp",
                            Octets.patched(plain, BMP_BITS, Octets.of(bits, 0))));
            for (var compression : new int[] {1, 2, 3, 4, 5}) {
                files.add(
                        OddFile.harmless(
                                "bits-%d-compression-%d.bmp".formatted(bits, compression),
                                Octets.patched(
                                        Octets.patched(plain, BMP_BITS, Octets.of(bits, 0)),
                                        BMP_COMPRESSION,
                                        Octets.of(compression))));
            }
        }
        files.add(
                OddFile.harmless(
                        "colors.bmp", Octets.patched(plain, BMP_COLORS, littleEndian(-1))));
    }

    private void addPsds() {
        shown("plain.psd", psd(look.width(), look.height(), 3, 3), look);
        files.add(OddFile.harmless("cmyk.psd", psd(look.width(), look.height(), 4, 4)));
        files.add(OddFile.harmless("channels-56.psd", psd(look.width(), look.height(), 56, 3)));
        files.add(OddFile.harmless("channels-0.psd", psd(look.width(), look.height(), 0, 3)));
        files.add(OddFile.refused("size-300000.psd", psd(300_000, 300_000, 3, 3), ""));
        files.add(OddFile.harmless("size-20000.psd", psd(20_000, 7_000, 3, 3)));
        files.add(OddFile.harmless("size-0.psd", psd(0, 0, 3, 3)));
        files.add(
                OddFile.harmless(
                        "resources.psd", Octets.patched(psd(96, 64, 3, 3), 30, bigEndian(-1))));
        files.add(
                OddFile.harmless(
                        "layers.psd",
                        Octets.patched(psd(96, 64, 3, 3), 34, bigEndian(Integer.MAX_VALUE))));
    }

    private void shown(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name, bytes, name.substring(name.lastIndexOf('.') + 1), seen));
    }

    private static byte[] bmp(BufferedImage image) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "bmp", out)) {
                throw new IllegalArgumentException("no BMP of this image");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The look's planes without compression, whatever the header says. */
    private byte[] psd(int width, int height, int channels, int mode) {
        var planes = new ByteArrayOutputStream();
        for (var channel = 0; channel < 3; channel++) {
            for (var y = 0; y < look.height(); y++) {
                for (var x = 0; x < look.width(); x++) {
                    planes.write(look.at(x, y).getRGB() >> (16 - 8 * channel));
                }
            }
        }
        return join(
                latin("8BPS\0\1\0\0\0\0\0\0"),
                bigEndian16(channels),
                bigEndian(height),
                bigEndian(width),
                bigEndian16(8),
                bigEndian16(mode),
                new byte[3 * 4 + 2],
                planes.toByteArray());
    }
}
