package dev.lumiere.image;

/** Width and height in pixels, each at least 1. */
record Size(int width, int height) {
    Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("no size: " + width + "x" + height);
        }
    }

    long pixels() {
        return (long) width * height;
    }

    int edge() {
        return Math.max(width, height);
    }

    /** With the sides changed for each other. */
    Size turned() {
        return new Size(/* width= */ height, /* height= */ width);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
