package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** TIFFs: what the JDK writes, and what only a few cameras and presses do. */
final class TiffFiles {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int PLANAR = 284;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int MANY = -1;

    private final Look look = Look.colored().within(3);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var tiffs = new TiffFiles();
        tiffs.addOfTheJdk();
        tiffs.addByHand();
        tiffs.addLiars();
        return tiffs.files;
    }

    private void addOfTheJdk() {
        var picture = look.draw(BufferedImage.TYPE_INT_RGB);
        for (var compression : List.of("none", "LZW", "Deflate", "PackBits", "ZLib")) {
            shown("jdk-" + compression, written(compression, false, picture), look);
            shown("tiled-" + compression, written(compression, true, picture), look);
        }
        shown("jpeg", written("JPEG", false, picture), look.within(Look.LOSSY));
        shown(
                "pages",
                written(
                        "LZW",
                        false,
                        picture,
                        Look.of(Color.RED, Color.RED, Color.RED, Color.RED)
                                .draw(BufferedImage.TYPE_INT_RGB)),
                look);
        var two = Look.of(Color.BLACK, Color.WHITE, Color.WHITE, Color.BLACK).within(2);
        for (var compression : List.of("CCITT RLE", "CCITT T.4", "CCITT T.6")) {
            shown(
                    "fax-" + compression.replaceAll("[ .]", "-"),
                    written(compression, false, two.draw(BufferedImage.TYPE_BYTE_BINARY)),
                    two);
        }
    }

    private void addByHand() {
        shown("plain", rgb().write(), look);
        shown(
                "big-endian",
                new Tiff(look, ByteOrder.BIG_ENDIAN)
                        .tag(BITS, SHORT, 8, 8, 8)
                        .tag(PHOTOMETRIC, SHORT, 2)
                        .data(pixels(3, 1))
                        .write(),
                look);
        shown("rgb-16", rgb().tag(BITS, SHORT, 16, 16, 16).data(pixels(3, 2)).write(), look);
        shown(
                "rgb-alpha",
                rgb().tag(BITS, SHORT, 8, 8, 8, 8)
                        .tag(SAMPLES, SHORT, 4)
                        .tag(EXTRA_SAMPLES, SHORT, 2)
                        .data(pixels(4, 1))
                        .write(),
                look);
        shown(
                "planar",
                rgb().tag(PLANAR, SHORT, 2)
                        .tag(ROWS_PER_STRIP, SHORT, look.height())
                        .planes()
                        .write(),
                look);
        shown("one-row-strips", rgb().tag(ROWS_PER_STRIP, SHORT, 1).write(), look);
        for (var orientation = 1; orientation <= 8; orientation++) {
            var turned = orientation >= 5;
            var stored = Orientations.store(look.draw(BufferedImage.TYPE_INT_RGB), orientation);
            var tiff =
                    new Tiff(
                                    look.sized(stored.getWidth(), stored.getHeight()),
                                    ByteOrder.LITTLE_ENDIAN)
                            .tag(BITS, SHORT, 8, 8, 8)
                            .tag(PHOTOMETRIC, SHORT, 2);
            shown(
                    "orientation-" + orientation,
                    tiff.tag(ORIENTATION, SHORT, orientation).data(pixels(stored)).write(),
                    turned ? look.storedTurned() : look);
        }
        var inks =
                Look.of(
                                new Color(0, 160, 225),
                                new Color(225, 0, 128),
                                new Color(255, 240, 0),
                                new Color(35, 31, 32))
                        .within(48);
        shown(
                "cmyk",
                new Tiff(look, ByteOrder.LITTLE_ENDIAN)
                        .tag(BITS, SHORT, 8, 8, 8, 8)
                        .tag(SAMPLES, SHORT, 4)
                        .tag(PHOTOMETRIC, SHORT, 5)
                        .data(inks())
                        .write(),
                inks);
        files.add(OddFile.harmless("lab.tif", rgb().tag(PHOTOMETRIC, SHORT, 8).write()));
        files.add(
                OddFile.harmless(
                        "float.tif",
                        rgb().tag(BITS, SHORT, 32, 32, 32)
                                .tag(SAMPLE_FORMAT, SHORT, 3, 3, 3)
                                .data(pixels(3, 4))
                                .write()));
        files.add(
                OddFile.harmless(
                        "complex.tif",
                        rgb().tag(BITS, SHORT, 64, 64, 64)
                                .tag(SAMPLE_FORMAT, SHORT, 6, 6, 6)
                                .data(pixels(3, 8))
                                .write()));
        files.add(
                OddFile.harmless(
                        "twelve-bands.tif",
                        rgb().tag(BITS, SHORT, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8)
                                .tag(SAMPLES, SHORT, 12)
                                .data(pixels(12, 1))
                                .write()));
        files.add(
                OddFile.harmless(
                        "two-bits.tif",
                        rgb().tag(BITS, SHORT, 2)
                                .tag(SAMPLES, SHORT, 1)
                                .tag(PHOTOMETRIC, SHORT, 1)
                                .data(new byte[24 * 64])
                                .write()));
    }

    private void addLiars() {
        refused("width-2147483647", rgb().tag(WIDTH, LONG, Integer.MAX_VALUE));
        refused("width-4294967295", rgb().tag(WIDTH, LONG, -1));
        refused("width-0", rgb().tag(WIDTH, LONG, 0));
        refused("height-20000000", rgb().tag(HEIGHT, LONG, 20_000_000));
        refused("no-strips", rgb().without(STRIP_OFFSETS));
        harmless("no-photometric", rgb().without(PHOTOMETRIC));
        harmless("strip-beyond-end", rgb().tag(STRIP_OFFSETS, LONG, 0x7fffff00));
        harmless("strip-bytes", rgb().tag(STRIP_BYTES, LONG, -1));
        harmless("strip-bytes-few", rgb().tag(STRIP_BYTES, LONG, 10));
        harmless("rows-per-strip-0", rgb().tag(ROWS_PER_STRIP, LONG, 0));
        harmless("bits-77", rgb().tag(BITS, SHORT, 77, 77, 77));
        harmless("samples-65535", rgb().tag(SAMPLES, SHORT, 65_535));
        harmless("compression-34712", rgb().tag(COMPRESSION, SHORT, 34_712));
        for (var compression :
                new int[] {
                    2, 3, 4, 5, 6, 7, 8, 32_773, 34_661, 34_676, 34_677, 34_925, 34_887, 50_000,
                    50_001
                }) {
            harmless(
                    "not-of-compression-" + compression,
                    rgb().tag(COMPRESSION, SHORT, compression));
        }
        harmless("count", rgb().tag(700, MANY, 0));
        harmless("circular", rgb().next(8));
        harmless(
                "tile-0x0",
                rgb().tag(322, LONG, 0).tag(323, LONG, 0).tag(324, LONG, 8).tag(325, LONG, 100));
        harmless(
                "tile-huge",
                rgb().tag(322, LONG, 0x7ffffff0)
                        .tag(323, LONG, 0x7ffffff0)
                        .tag(324, LONG, 8)
                        .tag(325, LONG, 100));
        files.add(OddFile.harmless("big-tiff.tif", join(latin("II+\0\10\0\0\0"), new byte[64])));
    }

    private Tiff rgb() {
        return new Tiff(look, ByteOrder.LITTLE_ENDIAN)
                .tag(BITS, SHORT, 8, 8, 8)
                .tag(PHOTOMETRIC, SHORT, 2)
                .data(pixels(3, 1));
    }

    private void shown(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name + ".tif", bytes, "tiff", seen));
    }

    private void harmless(String name, Tiff tiff) {
        files.add(OddFile.harmless(name + ".tif", tiff.write()));
    }

    private void refused(String name, Tiff tiff) {
        files.add(OddFile.refused(name + ".tif", tiff.write(), ""));
    }

    private static byte[] written(String compression, boolean tiled, BufferedImage... pages) {
        var writer = ImageIO.getImageWritersByFormatName("tiff").next();
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            var how = writer.getDefaultWriteParam();
            if (!compression.equals("none")) {
                how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                how.setCompressionType(compression);
            }
            if (tiled) {
                how.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
                how.setTiling(32, 32, 0, 0);
            }
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (var page : pages) {
                writer.writeToSequence(new IIOImage(page, null, null), how);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** The look, with 255 in bands beyond the third; wide samples repeat their octet. */
    private byte[] pixels(int bands, int octets) {
        var out = new ByteArrayOutputStream();
        for (var y = 0; y < look.height(); y++) {
            for (var x = 0; x < look.width(); x++) {
                var color = look.at(x, y);
                var samples = new int[] {color.getRed(), color.getGreen(), color.getBlue()};
                for (var band = 0; band < bands * octets; band++) {
                    out.write(band / octets < 3 ? samples[band / octets] : 255);
                }
            }
        }
        return out.toByteArray();
    }

    private static byte[] pixels(BufferedImage image) {
        var out = new ByteArrayOutputStream();
        for (var y = 0; y < image.getHeight(); y++) {
            for (var x = 0; x < image.getWidth(); x++) {
                out.write(Octets.bigEndian(image.getRGB(x, y) << 8), 0, 3);
            }
        }
        return out.toByteArray();
    }

    private byte[] inks() {
        var out = new byte[look.width() * look.height() * 4];
        for (var i = 0; i < out.length / 4; i++) {
            out[4 * i + look.quarter(i % look.width(), i / look.width())] = (byte) 255;
        }
        return out;
    }

    /**
     * One directory behind the header, then the values that do not fit into it, then the pixels.
     */
    private static final class Tiff {
        private final Look look;
        private final ByteOrder order;
        private final SortedMap<Integer, int[]> tags = new TreeMap<>();
        private byte[] data = new byte[0];
        private int strips = 1;
        private int next;

        Tiff(Look look, ByteOrder order) {
            this.look = look;
            this.order = order;
            tag(WIDTH, SHORT, look.width()).tag(HEIGHT, SHORT, look.height());
            tag(COMPRESSION, SHORT, 1).tag(SAMPLES, SHORT, 3);
        }

        /** The first of what is kept for a tag is its type. */
        Tiff tag(int tag, int type, int... values) {
            var all = new int[values.length + 1];
            all[0] = type;
            System.arraycopy(values, 0, all, 1, values.length);
            tags.put(tag, all);
            return this;
        }

        Tiff without(int tag) {
            return tag(tag, 0);
        }

        Tiff data(byte[] pixels) {
            data = pixels;
            return this;
        }

        Tiff next(int offset) {
            next = offset;
            return this;
        }

        /** All of red, then all of green, then all of blue. */
        Tiff planes() {
            var planes = new byte[data.length];
            var size = data.length / 3;
            for (var i = 0; i < data.length; i++) {
                planes[i % 3 * size + i / 3] = data[i];
            }
            data = planes;
            strips = 3;
            return this;
        }

        byte[] write() {
            addStrips();
            tags.values().removeIf(values -> values[0] == 0);
            var directory = 2 + 12 * tags.size() + 4;
            var values = ByteBuffer.allocate(1 << 16).order(order);
            var begin = 8 + directory;
            var pixels = begin + valueBytes();
            var offsets = tags.get(STRIP_OFFSETS);
            if (offsets != null && offsets.length == strips + 1 && offsets[1] == 0) {
                for (var i = 0; i < strips; i++) {
                    offsets[i + 1] = pixels + i * (data.length / strips);
                }
            }
            var out = ByteBuffer.allocate(pixels).order(order);
            out.put(latin(order == ByteOrder.BIG_ENDIAN ? "MM" : "II"))
                    .putShort((short) 42)
                    .putInt(8);
            out.putShort((short) tags.size());
            tags.forEach((tag, all) -> put(out, values, begin, tag, all));
            out.putInt(next);
            out.put(values.flip());
            return join(out.array(), data);
        }

        private void addStrips() {
            var given = tags.get(ROWS_PER_STRIP);
            if (given != null && given[1] == 1) {
                strips = look.height();
            }
            tags.putIfAbsent(STRIP_OFFSETS, filled(0));
            tags.putIfAbsent(STRIP_BYTES, filled(data.length / strips));
        }

        private int[] filled(int value) {
            var all = new int[strips + 1];
            Arrays.fill(all, value);
            all[0] = LONG;
            return all;
        }

        private int valueBytes() {
            return tags.values().stream().mapToInt(all -> size(all) > 4 ? size(all) : 0).sum();
        }

        private static int size(int[] all) {
            return (all.length - 1) * (all[0] == SHORT ? 2 : 4);
        }

        private static void put(ByteBuffer out, ByteBuffer values, int begin, int tag, int[] all) {
            out.putShort((short) tag);
            if (all[0] == MANY) {
                out.putShort((short) LONG).putInt(Integer.MAX_VALUE).putInt(8);
                return;
            }
            out.putShort((short) all[0]).putInt(all.length - 1);
            var inside = out.position();
            var isInside = size(all) <= 4;
            var into = isInside ? out : values;
            if (!isInside) {
                out.putInt(begin + values.position());
            }
            for (var i = 1; i < all.length; i++) {
                if (all[0] == SHORT) {
                    into.putShort((short) all[i]);
                } else {
                    into.putInt(all[i]);
                }
            }
            out.position(inside + 4);
        }
    }
}
