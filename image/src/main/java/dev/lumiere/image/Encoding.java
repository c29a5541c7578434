package dev.lumiere.image;

/**
 * How a picture is to be written.
 *
 * @param quality 1 to 100; of no effect on PNG and GIF
 * @param interlaced progressive JPEG, Adam7 PNG
 * @param colors size of the palette, a power of two from 2 to 256; 0 for as many as there are
 */
record Encoding(OutputFormat format, int quality, boolean interlaced, int colors) {
    Encoding {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("quality not in 1..100: " + quality);
        }
    }

    /** Of the palette's indices. */
    int bitsPerIndex() {
        return colors == 0 ? 8 : Integer.numberOfTrailingZeros(colors);
    }
}
