package dev.lumiere.image;

import dev.lumiere.image.vips.TestVips;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Sources made by the JDK, or octet by octet, where libvips is not to be believed. */
public final class Pictures {
    private Pictures() {}

    /** Four flat quarters: red, green, above blue, yellow. */
    public static BufferedImage quarters(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        var halfWidth = width / 2;
        var halfHeight = height / 2;
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, halfWidth, halfHeight);
        graphics.setColor(Color.GREEN);
        graphics.fillRect(halfWidth, 0, width - halfWidth, halfHeight);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(0, halfHeight, halfWidth, height - halfHeight);
        graphics.setColor(Color.YELLOW);
        graphics.fillRect(halfWidth, halfHeight, width - halfWidth, height - halfHeight);
        graphics.dispose();
        return image;
    }

    public static byte[] write(BufferedImage image, String format) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("cannot write " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] jpeg(int width, int height) {
        return write(quarters(width, height), "jpeg");
    }

    public static byte[] png(int width, int height) {
        return write(quarters(width, height), "png");
    }

    /** Quarters in a format only libvips writes. */
    public static byte[] by(String saver, int width, int height, Object... options) {
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var png = TestVips.nativeBytes(arena, png(width, height));
            var image = scope.call("pngload_buffer", "buffer", png);
            var arguments = new Object[options.length + 2];
            arguments[0] = "in";
            arguments[1] = image;
            System.arraycopy(options, 0, arguments, 2, options.length);
            return TestVips.bytes(scope.save(saver, arguments));
        }
    }

    public static byte[] webp(int width, int height) {
        return by("webpsave_buffer", width, height);
    }

    public static byte[] gif(int width, int height) {
        return by("gifsave_buffer", width, height);
    }

    public static byte[] avif(int width, int height) {
        return by("heifsave_buffer", width, height, "compression", "av1", "effort", 0);
    }

    /** A segment APP1 with nothing but an orientation, put behind the start of a JPEG. */
    public static byte[] oriented(byte[] jpeg, int orientation) {
        var exif =
                ByteBuffer.allocate(4 + 6 + 8 + 2 + 12 + 4)
                        .order(ByteOrder.BIG_ENDIAN)
                        .putShort((short) 0xffe1)
                        .putShort((short) 34)
                        .put("Exif\0\0MM".getBytes(StandardCharsets.ISO_8859_1))
                        .putShort((short) 42)
                        .putInt(8)
                        .putShort((short) 1)
                        .putShort((short) 0x112)
                        .putShort((short) 3)
                        .putInt(1)
                        .putShort((short) orientation)
                        .putShort((short) 0)
                        .putInt(0);
        return ByteBuffer.allocate(jpeg.length + exif.capacity())
                .put(jpeg, 0, 2)
                .put(exif.array())
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /** A segment APP1 with nothing but the camera's model, put behind the start of a JPEG. */
    public static byte[] ofCamera(byte[] jpeg, String model) {
        var text = (model + "\0").getBytes(StandardCharsets.US_ASCII);
        var exif =
                ByteBuffer.allocate(4 + 6 + 8 + 2 + 12 + 4 + text.length)
                        .order(ByteOrder.BIG_ENDIAN)
                        .putShort((short) 0xffe1)
                        .putShort((short) (34 + text.length))
                        .put("Exif\0\0MM".getBytes(StandardCharsets.ISO_8859_1))
                        .putShort((short) 42)
                        .putInt(8)
                        .putShort((short) 1)
                        .putShort((short) 0x110)
                        .putShort((short) 2)
                        .putInt(text.length)
                        .putInt(26)
                        .putInt(0)
                        .put(text);
        return ByteBuffer.allocate(jpeg.length + exif.capacity())
                .put(jpeg, 0, 2)
                .put(exif.array())
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /** A GIF of one-pixel frames, each shown for {@code delay} hundredths of a second. */
    public static byte[] tinyGif(int frames, int delay) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("GIF89a".getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(new byte[] {1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, (byte) 255, 0, 0});
        for (var frame = 0; frame < frames; frame++) {
            out.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 0, (byte) delay, 0, 0, 0});
            out.writeBytes(new byte[] {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0});
            out.writeBytes(new byte[] {2, 2, (byte) (frame % 2 == 0 ? 0x44 : 0x4c), 1, 0});
        }
        out.write(0x3b);
        return out.toByteArray();
    }

    /** Only a header: a PNG that claims to be this large. */
    public static byte[] claimingPng(int width, int height) {
        var png = png(8, 8);
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        var crc = new java.util.zip.CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        return png;
    }

    /** Whether a pixel is about of a colour. */
    public static boolean near(BufferedImage image, int x, int y, Color color) {
        var is = new Color(image.getRGB(x, y), true);
        return Math.abs(is.getRed() - color.getRed()) < 30
                && Math.abs(is.getGreen() - color.getGreen()) < 30
                && Math.abs(is.getBlue() - color.getBlue()) < 30
                && Math.abs(is.getAlpha() - color.getAlpha()) < 30;
    }
}
