package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;
import static dev.lumiere.systemtest.corpus.Octets.littleEndian;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** WebP, AVIF, HEIC and JPEG XL. */
final class ModernFiles {
    private final Look look = Look.colored();
    private final Look glass = translucent();
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var modern = new ModernFiles();
        modern.addWebps();
        modern.addWebpContainers();
        modern.addHeifs();
        modern.addJpegXls();
        return modern.files;
    }

    private void addWebps() {
        webp("lossy", write(false, "webpsave_buffer"), look);
        webp("lossless", write(false, "webpsave_buffer", "lossless", true), look);
        webp("lossy-alpha", write(true, "webpsave_buffer"), glass);
        webp("lossless-alpha", write(true, "webpsave_buffer", "lossless", true), glass);
        webp("one-pixel", flat(1, 1, "webpsave_buffer"), Look.flat(1, 1, Color.ORANGE));
        webp(
                "animated",
                NativePictures.write(
                        List.of(look.draw(), look.clockwise().sized(96, 64).draw()),
                        false,
                        "webpsave_buffer"),
                look);
    }

    /** A simple file put into the extended container. */
    private void addWebpContainers() {
        var image = image(look.draw());
        var simple = riff(image);
        webp("simple", simple, look);
        webp("extended", riff(extended(0, 96, 64), image), look);
        webp(
                "icc-exchanged",
                riff(extended(0x20, 96, 64), chunk("ICCP", Profiles.exchanged()), image),
                look.map(Profiles::exchanged));
        webp(
                "icc-noise",
                riff(extended(0x20, 96, 64), chunk("ICCP", Profiles.noise()), image),
                look);
        webp("icc-grey", riff(extended(0x20, 96, 64), chunk("ICCP", Profiles.grey()), image), look);
        for (var orientation = 1; orientation <= 8; orientation++) {
            var stored = Orientations.store(look.draw(BufferedImage.TYPE_INT_RGB), orientation);
            var exif =
                    join(
                            latin("MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0"),
                            Octets.of(orientation),
                            new byte[6]);
            webp(
                    "orientation-" + orientation,
                    riff(
                            extended(0x08, stored.getWidth(), stored.getHeight()),
                            image(stored),
                            chunk("EXIF", exif)),
                    orientation >= 5 ? look.storedTurned() : look);
        }
        harmless(
                "exif-noise.webp",
                riff(extended(0x08, 96, 64), image, chunk("EXIF", Profiles.noise())));
        harmless("canvas-larger.webp", riff(extended(0, 4000, 4000), image));
        harmless("canvas-smaller.webp", riff(extended(0, 10, 10), image));
        files.add(
                OddFile.refused(
                        "canvas-16777216.webp",
                        riff(extended(0, 16_777_216, 16_777_216), image),
                        ""));
        harmless(
                "says-animated.webp",
                riff(extended(0x02, 96, 64), chunk("ANIM", new byte[6]), image));
        harmless("says-alpha.webp", riff(extended(0x10, 96, 64), image));
        harmless("no-image.webp", riff(extended(0, 96, 64)));
        harmless("riff-size-0.webp", Octets.patched(simple, 4, littleEndian(0)));
        harmless("riff-size-huge.webp", Octets.patched(simple, 4, littleEndian(-1)));
        harmless("chunk-size-huge.webp", Octets.patched(simple, 16, littleEndian(-2)));
    }

    private void addHeifs() {
        var avif = write(false, "heifsave_buffer", "compression", "av1", "effort", 0);
        var heic = write(false, "heifsave_buffer", "compression", "hevc");
        heif("plain.avif", "avif", avif, look);
        heif(
                "lossless.avif",
                "avif",
                write(
                        false,
                        "heifsave_buffer",
                        "compression",
                        "av1",
                        "effort",
                        0,
                        "lossless",
                        true),
                look);
        heif(
                "alpha.avif",
                "avif",
                write(true, "heifsave_buffer", "compression", "av1", "effort", 0),
                glass);
        heif("plain.heic", "heic", heic, look);
        heif("alpha.heic", "heic", write(true, "heifsave_buffer", "compression", "hevc"), glass);
        for (var file :
                List.of(
                        new OddFile("x.avif", avif, new Truth.Harmless()),
                        new OddFile("x.heic", heic, new Truth.Harmless()))) {
            var extent = Octets.find(file.bytes(), latin("ispe"), 0) + 8;
            for (var size : new int[] {0, 1, 97, 20_000, 65_535, Integer.MAX_VALUE, -1}) {
                harmless(
                        "claims-" + Integer.toUnsignedString(size) + "." + file.extension(),
                        Octets.patched(
                                file.bytes(),
                                extent,
                                join(Octets.bigEndian(size), Octets.bigEndian(size))));
            }
            harmless(
                    "other-brand." + (file.extension().equals("avif") ? "heic" : "avif"),
                    Octets.patched(
                            file.bytes(),
                            8,
                            latin(file.extension().equals("avif") ? "heic" : "avif")));
        }
    }

    private void addJpegXls() {
        jxl("lossy", write(false, "jxlsave_buffer"), look);
        jxl("lossless", write(false, "jxlsave_buffer", "lossless", true), look);
        jxl("alpha", write(true, "jxlsave_buffer", "lossless", true), glass);
        jxl("one-pixel", flat(1, 1, "jxlsave_buffer"), Look.flat(1, 1, Color.ORANGE));
        var codestream = write(false, "jxlsave_buffer");
        harmless(
                "header-ones.jxl",
                Octets.patched(codestream, 2, Octets.of(255, 255, 255, 255, 255, 255)));
        harmless("container-only.jxl", latin("\0\0\0\fJXL \r\n\u0087\n"));
    }

    private byte[] write(boolean alpha, String saver, Object... options) {
        return NativePictures.write((alpha ? glass : look).draw(), alpha, saver, options);
    }

    private static byte[] flat(int width, int height, String saver) {
        return NativePictures.write(Look.flat(width, height, Color.ORANGE).draw(), false, saver);
    }

    private void webp(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name + ".webp", bytes, "webp", seen));
    }

    private void jxl(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name + ".jxl", bytes, "jxl", seen));
    }

    private void heif(String name, String format, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name, bytes, format, seen));
    }

    private void harmless(String name, byte[] bytes) {
        files.add(OddFile.harmless(name, bytes));
    }

    private Look translucent() {
        var opacities = new int[] {255, 160, 90, 0};
        var colors = new Color[4];
        for (var i = 0; i < 4; i++) {
            var color = look.quarters().get(i);
            colors[i] = new Color(color.getRed(), color.getGreen(), color.getBlue(), opacities[i]);
        }
        return Look.of(colors);
    }

    /** The chunk with the pixels alone. */
    private static byte[] image(BufferedImage picture) {
        var file = NativePictures.write(picture, false, "webpsave_buffer", "strip", true);
        var at = Octets.find(file, latin("VP8 "), 12);
        var size = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
        return Arrays.copyOfRange(file, at, at + 8 + size + size % 2);
    }

    private static byte[] riff(byte[]... chunks) {
        var all = join(chunks);
        return join(latin("RIFF"), littleEndian(all.length + 4), latin("WEBP"), all);
    }

    private static byte[] chunk(String name, byte[] data) {
        return join(latin(name), littleEndian(data.length), data, new byte[data.length % 2]);
    }

    private static byte[] extended(int flags, int width, int height) {
        return chunk(
                "VP8X",
                join(
                        Octets.of(flags, 0, 0, 0),
                        Arrays.copyOf(littleEndian(width - 1), 3),
                        Arrays.copyOf(littleEndian(height - 1), 3)));
    }
}
