package dev.lumiere.image.summary;

import dev.lumiere.image.picture.Size;

/**
 * A small picture in sRGB, upright.
 *
 * @param size of at most {@value #MAX_EDGE} pixels an edge
 * @param octets red, green, blue and opacity of each pixel, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes them
public record Pixels(Size size, byte[] octets) {
    public static final int MAX_EDGE = 100;

    public Pixels {
        if (size.edge() > MAX_EDGE || octets.length != 4 * size.pixels()) {
            throw new IllegalArgumentException(octets.length + " octets for " + size);
        }
    }

    int width() {
        return size.width();
    }

    int height() {
        return size.height();
    }

    int count() {
        return octets.length / 4;
    }

    /** 0 to 255. */
    int red(int pixel) {
        return octets[4 * pixel] & 0xff;
    }

    /** 0 to 255. */
    int green(int pixel) {
        return octets[4 * pixel + 1] & 0xff;
    }

    /** 0 to 255. */
    int blue(int pixel) {
        return octets[4 * pixel + 2] & 0xff;
    }

    /** 0 to 255. */
    int opacity(int pixel) {
        return octets[4 * pixel + 3] & 0xff;
    }
}
