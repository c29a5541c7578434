package dev.lumiere.systemtest.corpus;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** All odd files there are. */
public final class Corpus {
    private static final int[] WITHIN_HEADERS = {
        1, 2, 3, 5, 8, 11, 12, 13, 17, 20, 25, 29, 33, 40, 57, 100, 133, 199, 250, 500, 600, 777
    };
    private static final int KILOBYTE = 1024;
    private static final int GRAIN = 12;

    private Corpus() {}

    /**
     * Files of every kind that can be whole, or tell a lie.
     *
     * @param secret a picture elsewhere in the file system, which nobody is to see
     */
    public static List<OddFile> files(Path secret) {
        var files = new ArrayList<OddFile>();
        files.addAll(JpegFiles.all());
        files.addAll(PngFiles.all());
        files.addAll(GifFiles.all());
        files.addAll(TiffFiles.all());
        files.addAll(ModernFiles.all());
        files.addAll(RareFiles.all());
        files.addAll(DrawnFiles.all(secret));
        files.addAll(LyingFiles.all());
        return List.copyOf(files);
    }

    /** Files that take longer than anybody waits. */
    public static List<OddFile> endless() {
        return DrawnFiles.endless();
    }

    /** One good file of each format, of some kilobytes, with grain so that its pixels take them. */
    public static List<OddFile> good() {
        var look = Look.colored().sized(120, 80);
        var picture = grainy(look);
        var rgb = new BufferedImage(look.width(), look.height(), BufferedImage.TYPE_INT_RGB);
        rgb.getGraphics().drawImage(picture, 0, 0, null);
        return List.of(
                OddFile.shown("good.jpg", JpegFiles.write(rgb, false), "jpeg", look),
                OddFile.shown("progressive.jpg", JpegFiles.write(rgb, true), "jpeg", look),
                vips("good.png", "png", picture, look, "pngsave_buffer"),
                vips("interlaced.png", "png", picture, look, "pngsave_buffer", "interlace", true),
                vips("good.gif", "gif", picture, look.within(40), "gifsave_buffer"),
                OddFile.shown(
                        "animated.gif",
                        NativePictures.write(
                                List.of(picture, grainy(look.map(c -> c))),
                                false,
                                "gifsave_buffer"),
                        "gif",
                        look.within(40)),
                vips("good.webp", "webp", picture, look, "webpsave_buffer", "Q", 95),
                vips("lossless.webp", "webp", picture, look, "webpsave_buffer", "lossless", true),
                vips(
                        "good.tif",
                        "tiff",
                        picture,
                        look,
                        "tiffsave_buffer",
                        "compression",
                        "deflate"),
                vips(
                        "good.avif",
                        "avif",
                        picture,
                        look,
                        "heifsave_buffer",
                        "compression",
                        "av1",
                        "effort",
                        0,
                        "Q",
                        90),
                vips(
                        "good.heic",
                        "heic",
                        picture,
                        look,
                        "heifsave_buffer",
                        "compression",
                        "hevc",
                        "Q",
                        90),
                vips("good.jxl", "jxl", picture, look, "jxlsave_buffer", "distance", 0.5),
                vips("good.bmp", "bmp", picture, look, "magicksave_buffer", "format", "bmp"));
    }

    /** Each good file, cut at every kilobyte and at some places within its header. */
    public static List<OddFile> truncated() {
        var files = new ArrayList<OddFile>();
        for (var good : good()) {
            var shown = (Truth.Shown) good.truth();
            for (var at : WITHIN_HEADERS) {
                files.add(cut(good, shown, at));
            }
            for (var at = KILOBYTE; at < good.bytes().length; at += KILOBYTE) {
                files.add(cut(good, shown, at));
            }
            for (var missing : new int[] {1, 2, 4, 8, 12, 20}) {
                files.add(cut(good, shown, good.bytes().length - missing));
            }
        }
        return files;
    }

    private static OddFile cut(OddFile good, Truth.Shown shown, int at) {
        return new OddFile(
                "cut-at-" + at + "-" + good.name(),
                Arrays.copyOf(good.bytes(), at),
                new Truth.Damaged(shown.look()));
    }

    private static OddFile vips(
            String name,
            String format,
            BufferedImage picture,
            Look look,
            String saver,
            Object... options) {
        return OddFile.shown(
                name, NativePictures.write(picture, false, saver, options), format, look);
    }

    private static BufferedImage grainy(Look look) {
        var random = new SplittableRandom(look.width());
        var image = look.draw();
        for (var y = 0; y < look.height(); y++) {
            for (var x = 0; x < look.width(); x++) {
                var color = look.at(x, y);
                image.setRGB(
                        x,
                        y,
                        255 << 24
                                | grain(random, color.getRed()) << 16
                                | grain(random, color.getGreen()) << 8
                                | grain(random, color.getBlue()));
            }
        }
        return image;
    }

    private static int grain(SplittableRandom random, int value) {
        return Math.clamp(value + random.nextInt(-GRAIN, GRAIN + 1), 0, 255);
    }
}
