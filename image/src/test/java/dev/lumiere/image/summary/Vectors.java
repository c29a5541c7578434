package dev.lumiere.image.summary;

import dev.lumiere.image.picture.Size;

/** Pictures of which the published programs were asked for their hashes. */
final class Vectors {
    private Vectors() {}

    /** All colours in waves that wrap around. */
    static Pixels waves(int width, int height, boolean fading) {
        var octets = new byte[4 * width * height];
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                var at = 4 * (y * width + x);
                octets[at] = (byte) (x * 7 + y * 3);
                octets[at + 1] = (byte) (x * 2 + y * 11);
                octets[at + 2] = (byte) (x * 5 + 200 - y);
                octets[at + 3] = (byte) (fading ? Math.min(255, x * 8) : 255);
            }
        }
        return new Pixels(new Size(width, height), octets);
    }

    /** Red grows to the right, green downwards. */
    static Pixels slope(int width, int height) {
        var octets = new byte[4 * width * height];
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                var at = 4 * (y * width + x);
                octets[at] = (byte) (255 * x / (width - 1));
                octets[at + 1] = (byte) (255 * y / (height - 1));
                octets[at + 2] = (byte) 128;
                octets[at + 3] = (byte) 255;
            }
        }
        return new Pixels(new Size(width, height), octets);
    }

    /** One colour, 0xAARRGGBB. */
    static Pixels flat(int width, int height, int argb) {
        var octets = new byte[4 * width * height];
        for (var at = 0; at < octets.length; at += 4) {
            octets[at] = (byte) (argb >> 16);
            octets[at + 1] = (byte) (argb >> 8);
            octets[at + 2] = (byte) argb;
            octets[at + 3] = (byte) (argb >>> 24);
        }
        return new Pixels(new Size(width, height), octets);
    }
}
