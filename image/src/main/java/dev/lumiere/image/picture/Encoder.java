package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.lang.foreign.MemorySegment;

/** Writes pictures. Unless asked otherwise, metadata stays behind: what is left is in sRGB. */
public final class Encoder {
    /** Of 0 to 9: AV1's slower efforts cost seconds for a few percent of size. */
    private static final int AVIF_EFFORT = 2;

    private static final int WEBP_EFFORT = 4;

    private final ImageScope scope;

    public Encoder(ImageScope scope) {
        this.scope = scope;
    }

    /** In native memory of the scope. */
    public Written encode(Picture picture) {
        return new Written(bytes(picture), picture.encoding().format().contentType());
    }

    private MemorySegment bytes(Picture picture) {
        var encoding = picture.encoding();
        var image = whole(picture);
        var quality = encoding.quality();
        var save = new Save(image, encoding);
        return switch (encoding.format()) {
            case JPEG ->
                    save.by(
                            "jpegsave_buffer",
                            "Q",
                            quality,
                            "optimize-coding",
                            true,
                            "interlace",
                            encoding.interlaced(),
                            "subsample-mode",
                            encoding.chroma().subsampleMode());
            case PNG -> encoding.colors() == 0 ? png(save) : palettePng(save);
            case GIF -> save.by("gifsave_buffer", "bitdepth", encoding.bitsPerIndex());
            case WEBP ->
                    save.by(
                            "webpsave_buffer",
                            "Q",
                            quality,
                            "effort",
                            WEBP_EFFORT,
                            "lossless",
                            encoding.lossless());
            case AVIF ->
                    save.by(
                            "heifsave_buffer",
                            "Q",
                            quality,
                            "compression",
                            "av1",
                            "bitdepth",
                            8,
                            "effort",
                            AVIF_EFFORT,
                            "lossless",
                            encoding.lossless());
            case HEIC -> save.by("heifsave_buffer", "Q", quality, "compression", "hevc");
            case JXL -> save.by("jxlsave_buffer", "Q", quality, "lossless", encoding.lossless());
            case TIFF ->
                    save.by("tiffsave_buffer", "compression", "lzw", "predictor", "horizontal");
            case BMP -> save.by("magicksave_buffer", "format", "BMP");
        };
    }

    private MemorySegment png(Save save) {
        return save.by("pngsave_buffer", "interlace", save.encoding.interlaced());
    }

    /** PNG has palettes of 1, 2, 4 and 8 bits; the sizes between are made by GIF's quantizer. */
    private MemorySegment palettePng(Save save) {
        var encoding = save.encoding;
        var bits = encoding.bitsPerIndex();
        var fits = Integer.bitCount(bits) == 1;
        var quantized =
                fits || save.image.hasAlpha()
                        ? save
                        : new Save(
                                scope.call(
                                        Decoder.GIF.operation(),
                                        "buffer",
                                        save.by("gifsave_buffer", "bitdepth", bits)),
                                encoding);
        return quantized.by(
                "pngsave_buffer",
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
        roll.set("page-height", picture.stored().height());
        return roll;
    }

    private final class Save {
        private final Image image;
        private final Encoding encoding;

        private Save(Image image, Encoding encoding) {
            this.image = image;
            this.encoding = encoding;
        }

        private MemorySegment by(String operation, Object... options) {
            var arguments = new Object[options.length + 4];
            arguments[0] = "in";
            arguments[1] = image;
            arguments[2] = "strip";
            arguments[3] = !encoding.keepsMetadata();
            System.arraycopy(options, 0, arguments, 4, options.length);
            return scope.save(operation, arguments);
        }
    }
}
