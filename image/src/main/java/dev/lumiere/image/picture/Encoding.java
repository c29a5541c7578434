package dev.lumiere.image.picture;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a picture is to be written.
 *
 * @param quality 1 to 100; of no effect on PNG, GIF, TIFF and BMP
 * @param interlaced progressive JPEG, Adam7 PNG
 * @param colors size of the palette, a power of two from 2 to 256; 0 for as many as there are
 * @param chroma of a JPEG
 * @param lossless WebP, AVIF or JPEG XL with every pixel as it is
 * @param keepsMetadata EXIF and the like are written too
 * @param density dots per inch to be noted with the metadata; 0 for those of the source
 * @param limit how large the file may be
 * @param maxDistance the quality is lowered until the picture would look more different than this:
 *     1 less the multi-scale structural similarity of its luma; empty to keep the quality
 */
public record Encoding(
        OutputFormat format,
        int quality,
        boolean interlaced,
        int colors,
        Chroma chroma,
        boolean lossless,
        boolean keepsMetadata,
        int density,
        Optional<SizeLimit> limit,
        OptionalDouble maxDistance) {
    /**
     * Where a distance is wanted and none is said: what photographs have at a JPEG quality of about
     * 70.
     */
    public static final double USUAL_DISTANCE = 0.005;

    public Encoding {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("quality not in 1..100: " + quality);
        }
    }

    /** Plainly so. */
    public static Encoding of(OutputFormat format, int quality) {
        return new Encoding(
                format,
                quality,
                false,
                0,
                Chroma.AUTO,
                false,
                false,
                0,
                Optional.empty(),
                OptionalDouble.empty());
    }

    /** With its quality as it is, however large or different the file. */
    public Encoding unlimited() {
        return new Encoding(
                format,
                quality,
                interlaced,
                colors,
                chroma,
                lossless,
                keepsMetadata,
                density,
                Optional.empty(),
                OptionalDouble.empty());
    }

    public Encoding withQuality(int other) {
        return new Encoding(
                format,
                other,
                interlaced,
                colors,
                chroma,
                lossless,
                keepsMetadata,
                density,
                limit,
                maxDistance);
    }

    /** Whether a lower quality makes a smaller file. */
    boolean isLossy() {
        return switch (format) {
            case JPEG, HEIC -> true;
            case WEBP, AVIF, JXL -> !lossless;
            case PNG, GIF, TIFF, BMP -> false;
        };
    }

    /** Of the palette's indices. */
    int bitsPerIndex() {
        return colors == 0 ? 8 : Integer.numberOfTrailingZeros(colors);
    }
}
