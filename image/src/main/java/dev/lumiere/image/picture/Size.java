package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;

/** Width and height in pixels, each at least 1. */
public record Size(int width, int height) {
    public Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("no size: " + width + "x" + height);
        }
    }

    public static Size of(Image image) {
        return new Size(image.width(), image.height());
    }

    public long pixels() {
        return (long) width * height;
    }

    public int edge() {
        return Math.max(width, height);
    }

    /** Whether both sides are at least as long. */
    boolean covers(Size other) {
        return width >= other.width && height >= other.height;
    }

    /** With the sides halved so many times, rounded down as decoders do it. */
    Size halved(int times) {
        return new Size(halved(width, times), halved(height, times));
    }

    private static int halved(int side, int times) {
        return Math.max(1, side >> times);
    }

    /** With the sides changed for each other. */
    public Size turned() {
        return new Size(/* width= */ height, /* height= */ width);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
