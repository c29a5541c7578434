package dev.lumiere.image;

import java.lang.foreign.MemorySegment;

/** Writes pictures. Metadata stays behind: what is left is in sRGB and upright. */
final class Encoder {
    /** Of 0 to 9: AV1's slower efforts cost seconds for a few percent of size. */
    private static final int AVIF_EFFORT = 2;

    private static final int WEBP_EFFORT = 4;

    private final ImageScope scope;

    Encoder(ImageScope scope) {
        this.scope = scope;
    }

    /** Native memory of the scope. */
    MemorySegment encode(Picture picture) {
        var encoding = picture.encoding();
        var image = whole(picture);
        return switch (encoding.format()) {
            case JPEG ->
                    save(
                            "jpegsave_buffer",
                            image,
                            "Q",
                            encoding.quality(),
                            "optimize-coding",
                            true,
                            "interlace",
                            encoding.interlaced());
            case PNG -> encoding.colors() == 0 ? png(image, encoding) : palettePng(image, encoding);
            case GIF -> save("gifsave_buffer", image, "bitdepth", encoding.bitsPerIndex());
            case WEBP ->
                    save("webpsave_buffer", image, "Q", encoding.quality(), "effort", WEBP_EFFORT);
            case AVIF ->
                    save(
                            "heifsave_buffer",
                            image,
                            "Q",
                            encoding.quality(),
                            "compression",
                            "av1",
                            "bitdepth",
                            8,
                            "effort",
                            AVIF_EFFORT);
        };
    }

    private MemorySegment png(Image image, Encoding encoding) {
        return save("pngsave_buffer", image, "interlace", encoding.interlaced());
    }

    /** PNG has palettes of 1, 2, 4 and 8 bits; the sizes between are made by GIF's quantizer. */
    private MemorySegment palettePng(Image image, Encoding encoding) {
        var bits = encoding.bitsPerIndex();
        var fits = Integer.bitCount(bits) == 1;
        var quantized =
                fits || image.hasAlpha()
                        ? image
                        : scope.call(
                                SourceFormat.GIF.loader(),
                                "buffer",
                                save("gifsave_buffer", image, "bitdepth", bits));
        return save(
                "pngsave_buffer",
                quantized,
                "palette",
                true,
                "bitdepth",
                fits ? bits : Math.min(8, 2 * Integer.highestOneBit(bits)),
                "interlace",
                encoding.interlaced());
    }

    private Image whole(Picture picture) {
        var images = picture.images();
        if (images.size() == 1) {
            return images.getFirst();
        }
        var joined = scope.call("arrayjoin", "in", images, "across", 1);
        var roll = scope.call("copy", "in", joined);
        roll.set("page-height", picture.size().height());
        return roll;
    }

    private MemorySegment save(String operation, Image image, Object... options) {
        var arguments = new Object[options.length + 4];
        arguments[0] = "in";
        arguments[1] = image;
        arguments[2] = "strip";
        arguments[3] = true;
        System.arraycopy(options, 0, arguments, 4, options.length);
        return scope.save(operation, arguments);
    }
}
