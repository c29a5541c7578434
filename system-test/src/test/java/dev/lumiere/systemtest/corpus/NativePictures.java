package dev.lumiere.systemtest.corpus;

import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.Vips;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Reads and writes what the JDK does not, by the system's libvips. */
public final class NativePictures {
    private static final Vips VIPS =
            Vips.start(
                    "libvips.so.42",
                    ImageConfig.from(Map.of("LUMIERE_IMAGE_SERVICE", "image-extra")).families());

    private NativePictures() {}

    /**
     * Decodes the answer of a node.
     *
     * @throws IOException if it is no whole picture
     */
    public static BufferedImage decoded(byte[] bytes, String contentType) throws IOException {
        var image =
                switch (contentType) {
                    case "image/jpeg", "image/png", "image/gif" ->
                            ImageIO.read(new ByteArrayInputStream(bytes));
                    case "image/webp" -> read(bytes, "webpload_buffer");
                    case "image/avif", "image/heic" -> read(bytes, "heifload_buffer");
                    case "image/tiff" -> read(bytes, "tiffload_buffer");
                    case "image/jxl" -> read(bytes, "jxlload_buffer");
                    case "image/bmp" -> ImageIO.read(new ByteArrayInputStream(bytes));
                    default -> throw new IOException("not a picture but " + contentType);
                };
        if (image == null) {
            throw new IOException("cannot be decoded");
        }
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                ? colored(image)
                : image;
    }

    /** The JDK takes the numbers of grey images for linear, which no file means. */
    private static BufferedImage colored(BufferedImage grey) {
        var raster = grey.getRaster();
        var shift = grey.getColorModel().getComponentSize(0) - 8;
        var image =
                new BufferedImage(grey.getWidth(), grey.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (var y = 0; y < grey.getHeight(); y++) {
            for (var x = 0; x < grey.getWidth(); x++) {
                var value = eight(raster.getSample(x, y, 0), shift);
                var alpha =
                        raster.getNumBands() > 1 ? eight(raster.getSample(x, y, 1), shift) : 255;
                image.setRGB(x, y, alpha << 24 | value << 16 | value << 8 | value);
            }
        }
        return image;
    }

    private static int eight(int sample, int shift) {
        return shift >= 0 ? sample >> shift : sample * 255 / ((1 << (8 + shift)) - 1);
    }

    private static BufferedImage read(byte[] bytes, String loader) {
        try (var scope = VIPS.open();
                var arena = Arena.ofConfined()) {
            var source = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            var loaded = scope.call(loader, "buffer", source, "fail-on", "error");
            var image = scope.call("colourspace", "in", loaded, "space", "srgb");
            var pixels = scope.pixels(scope.call("cast", "in", image, "format", "uchar"));
            return buffered(
                    pixels.toArray(ValueLayout.JAVA_BYTE),
                    image.width(),
                    image.height(),
                    image.bands());
        }
    }

    private static BufferedImage buffered(byte[] pixels, int width, int height, int bands) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (var i = 0; i < width * height; i++) {
            var alpha = bands > 3 ? pixels[i * bands + 3] & 0xff : 255;
            image.setRGB(
                    i % width,
                    i / width,
                    alpha << 24
                            | (pixels[i * bands] & 0xff) << 16
                            | (pixels[i * bands + 1] & 0xff) << 8
                            | (pixels[i * bands + 2] & 0xff));
        }
        return image;
    }

    /** Writes a picture; opacity goes along if it is asked for. */
    static byte[] write(BufferedImage image, boolean alpha, String saver, Object... options) {
        return write(List.of(image), alpha, saver, options);
    }

    /** Writes pictures of one size as frames, a tenth of a second each. */
    static byte[] write(
            List<BufferedImage> frames, boolean alpha, String saver, Object... options) {
        try (var scope = VIPS.open();
                var arena = Arena.ofConfined()) {
            var images =
                    frames.stream()
                            .map(frame ->
                                    scope.image(
                                            pixels(frame, alpha, arena),
                                            frame.getWidth(),
                                            frame.getHeight(),
                                            alpha ? 4 : 3))
                            .toList();
            Image all = images.getFirst();
            if (images.size() > 1) {
                var joined = scope.call("arrayjoin", "in", images, "across", 1);
                all = scope.call("copy", "in", joined);
                all.set("page-height", frames.getFirst().getHeight());
                all.set("delay", frames.stream().mapToInt(_ -> 100).toArray());
            }
            var arguments = new Object[options.length + 2];
            arguments[0] = "in";
            arguments[1] = all;
            System.arraycopy(options, 0, arguments, 2, options.length);
            return scope.save(saver, arguments).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static MemorySegment pixels(BufferedImage image, boolean alpha, Arena arena) {
        var bands = alpha ? 4 : 3;
        var pixels = new byte[image.getWidth() * image.getHeight() * bands];
        for (var i = 0; i < image.getWidth() * image.getHeight(); i++) {
            var color = image.getRGB(i % image.getWidth(), i / image.getWidth());
            pixels[i * bands] = (byte) (color >> 16);
            pixels[i * bands + 1] = (byte) (color >> 8);
            pixels[i * bands + 2] = (byte) color;
            if (alpha) {
                pixels[i * bands + 3] = (byte) (color >>> 24);
            }
        }
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, pixels);
    }
}
