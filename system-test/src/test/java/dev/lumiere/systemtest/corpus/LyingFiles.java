package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.latin;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Headers and names that are not true, and what is no picture at all. */
final class LyingFiles {
    private final Look look = Look.colored();
    private final byte[] jpeg = JpegFiles.write(look.draw(BufferedImage.TYPE_INT_RGB), false);
    private final byte[] png = PngFiles.plain(look);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var lying = new LyingFiles();
        lying.addPngs();
        lying.addJpegs();
        lying.addNames();
        lying.addNoPictures();
        return lying.files;
    }

    private void addPngs() {
        refused("claims-100000.png", claiming(100_000, 100_000, 2, 8), "100000x100000");
        refused("claims-65535.png", claiming(65_535, 65_535, 2, 8), "65535x65535");
        refused("claims-2147483647.png", claiming(Integer.MAX_VALUE, Integer.MAX_VALUE, 2, 8), "");
        refused("claims-4294967295.png", claiming(-1, -1, 2, 8), "");
        refused("claims-0.png", claiming(0, 0, 2, 8), "");
        refused("claims-taller.png", claiming(96, 6400, 2, 8), "truncated");
        harmless("claims-shorter.png", claiming(96, 10, 2, 8));
        harmless("claims-wider.png", claiming(960, 64, 2, 8));
        harmless("claims-16-bits.png", claiming(96, 64, 2, 16));
        refused("claims-3-bits.png", claiming(96, 64, 2, 3), "");
        refused("claims-color-5.png", claiming(96, 64, 5, 8), "");
        refused("claims-palette.png", claiming(96, 64, 3, 8), "");
        refused("most-pixels.png", claiming(30_000, 5_001, 2, 8), "30000x5001");
    }

    /** Another first chunk. */
    private byte[] claiming(int width, int height, int colors, int bits) {
        return Octets.patched(png, 8, new PngBytes(width, height, colors, bits, false).header());
    }

    private void addJpegs() {
        var frame = Octets.find(jpeg, Octets.of(0xff, 0xc0), 0);
        var size = frame + 5;
        refused(
                "claims-65500.jpg",
                Octets.patched(jpeg, size, Octets.of(0xff, 0xdc, 0xff, 0xdc)),
                "65500x65500");
        refused(
                "claims-65535.jpg",
                Octets.patched(jpeg, size, Octets.of(0xff, 0xff, 0xff, 0xff)),
                "");
        refused("claims-0.jpg", Octets.patched(jpeg, size, Octets.of(0, 0, 0, 0)), "");
        harmless("claims-taller.jpg", Octets.patched(jpeg, size, Octets.of(0x20, 0)));
        harmless("claims-shorter.jpg", Octets.patched(jpeg, size, Octets.of(0, 8)));
        harmless("claims-12000.jpg", Octets.patched(jpeg, size, Octets.of(0x2e, 0xe0, 0x2e, 0xe0)));
        harmless("components-1.jpg", Octets.patched(jpeg, frame + 9, Octets.of(1)));
        harmless("components-4.jpg", Octets.patched(jpeg, frame + 9, Octets.of(4)));
        harmless("components-255.jpg", Octets.patched(jpeg, frame + 9, Octets.of(255)));
        harmless("sampling-15.jpg", Octets.patched(jpeg, frame + 11, Octets.of(0xff)));
        harmless("sampling-0.jpg", Octets.patched(jpeg, frame + 11, Octets.of(0)));
        harmless("bits-12.jpg", Octets.patched(jpeg, frame + 4, Octets.of(12)));
        for (var kind = 0xc1; kind <= 0xcf; kind++) {
            harmless(
                    "frame-%x.jpg".formatted(kind),
                    Octets.patched(jpeg, frame + 1, Octets.of(kind)));
        }
        harmless("segment-0.jpg", JpegFiles.with(jpeg, Octets.of(0xff, 0xe1, 0, 0)));
        harmless("segment-65535.jpg", JpegFiles.with(jpeg, Octets.of(0xff, 0xe1, 255, 255)));
    }

    private void addNames() {
        files.add(OddFile.shown("png-as.jpg", png, "png", look));
        files.add(OddFile.shown("jpeg-as.png", jpeg, "jpeg", look));
        files.add(OddFile.shown("jpeg-as.svg", jpeg, "jpeg", look));
        files.add(OddFile.shown("png-as.heic", png, "png", look));
        files.add(OddFile.shown("no-extension", jpeg, "jpeg", look));
        files.add(OddFile.shown("jpeg-as.html", jpeg, "jpeg", look));
    }

    private void addNoPictures() {
        refused("empty.jpg", new byte[0], "empty");
        refused("text-as.jpg", latin("Dear Sir or Madam, this is no picture."), "not an image");
        refused("html-as.png", latin("<!DOCTYPE html><html><body>404</body></html>"), "");
        refused("zip-as.webp", latin("PK\3\4\24\0\0\0\10\0"), "not an image");
        refused("program-as.gif", latin("\u007fELF\2\1\1\0"), "not an image");
        refused("one-byte.jpg", Octets.of(0xff), "not an image");
        refused("zeros.jpg", new byte[5000], "not an image");
        refused("icon.ico", latin("\0\0\1\0\1\0\20\20\0\0\1\0\40\0"), "unsupported format: ico");
        refused(
                "wavelet.jp2",
                latin("\0\0\0\fjP  \r\n\u0087\n\0\0\0\0"),
                "unsupported format: jp2");
        for (var magic :
                List.of(
                        "\u00ff\u00d8\u00ff",
                        "\u0089PNG\r\n\u001a\n",
                        "GIF89a",
                        "RIFF\4\0\0\0WEBP",
                        "II*\0",
                        "MM\0*",
                        "BM\0\0\0\0\0\0\0\0",
                        "8BPS",
                        "\u00ff\n",
                        "%PDF-",
                        "<svg",
                        "\0\0\0\30ftypheic\0\0\0\0mif1heic",
                        "\0\0\0\30ftypavif\0\0\0\0mif1avif")) {
            refused("magic-%d.jpg".formatted(files.size()), latin(magic), "");
        }
    }

    private void refused(String name, byte[] bytes, String reason) {
        files.add(OddFile.refused(name, bytes, reason));
    }

    private void harmless(String name, byte[] bytes) {
        files.add(OddFile.harmless(name, bytes));
    }
}
