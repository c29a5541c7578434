package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;

/** Width and height in pixels, each at least 1. */
public record Size(int width, int height) {
    public Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("no size: " + width + "x" + height);
        }
    }

    static Size of(Image image) {
        return new Size(image.width(), image.height());
    }

    public long pixels() {
        return (long) width * height;
    }

    public int edge() {
        return Math.max(width, height);
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
