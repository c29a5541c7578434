package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Writes pictures. Unless asked otherwise, metadata stays behind: what is left is in sRGB. */
public final class Encoder {
    /** Of 0 to 9: AV1's slower efforts cost seconds for a few percent of size. */
    private static final int AVIF_EFFORT = 2;

    /** Of images without these, nothing is made up either. */
    private static final List<String> METADATA =
            List.of("exif-data", "xmp-data", "iptc-data", "orientation");

    private static final int WEBP_EFFORT = 4;

    private final ImageScope scope;

    public Encoder(ImageScope scope) {
        this.scope = scope;
    }

    /** In native memory of the scope, or the file that the picture was made of. */
    public Written encode(Picture picture) {
        var whole = whole(picture);
        var encoding = picture.encoding();
        if (isTriedOut(encoding)) {
            whole = scope.inMemory(whole);
            encoding = lowered(whole, picture);
        }
        var limit = encoding.limit();
        return limit.isPresent()
                ? limited(whole, encoding, limit.get())
                : written(bytes(whole, encoding), encoding);
    }

    /** Whether it is written more than once. */
    private static boolean isTriedOut(Encoding encoding) {
        var limited = encoding.limit().filter(limit -> limit.lowers(encoding)).isPresent();
        return limited || (encoding.isLossy() && encoding.maxDistance().isPresent());
    }

    /** With the quality that the first of its images needs. */
    private Encoding lowered(Image whole, Picture picture) {
        var encoding = picture.encoding();
        if (!encoding.isLossy() || encoding.maxDistance().isEmpty()) {
            return encoding;
        }
        var first =
                scope.call(
                        "extract_area",
                        "input",
                        whole,
                        "left",
                        0,
                        "top",
                        0,
                        "width",
                        whole.width(),
                        "height",
                        picture.stored().height());
        var search = new QualitySearch(scope, this::bytes);
        return encoding.withQuality(
                search.lowest(first, encoding, encoding.maxDistance().getAsDouble()));
    }

    private static Written written(MemorySegment bytes, Encoding encoding) {
        return new Written(bytes, encoding.format().contentType());
    }

    private Written limited(Image image, Encoding encoding, SizeLimit limit) {
        var original =
                limit.strict() || limit.maxBytes().isEmpty()
                        ? Optional.of(original(limit.original()))
                        : Optional.<Written>empty();
        var originalBytes = original.map(o -> o.bytes().byteSize()).orElse(Long.MAX_VALUE);
        var maxBytes = limit.maxBytes().orElse(originalBytes);
        var bytes =
                limit.lowers(encoding)
                        ? lowered(image, encoding, maxBytes)
                        : bytes(image, encoding);
        var fits = bytes.byteSize() <= maxBytes && bytes.byteSize() < originalBytes;
        return limit.strict() && !fits ? original.orElseThrow() : written(bytes, encoding);
    }

    private Written original(Input input) {
        return switch (input) {
            case Source source -> source.file();
            case Reducible reducible -> reducible.source().file();
            case Reduced _ -> throw Reduced.sourceNeeded().refused();
            case Picture picture -> encode(picture.computed(scope));
        };
    }

    /** In the highest quality that fits, or else as small as can be; found by bisection. */
    private MemorySegment lowered(Image image, Encoding encoding, long maxBytes) {
        var best = bytes(image, encoding);
        var fitting = 0;
        var tooHigh = best.byteSize() <= maxBytes ? 0 : encoding.quality();
        while (tooHigh - fitting > 1) {
            var quality = (fitting + tooHigh) / 2;
            var tried = bytes(image, encoding.withQuality(quality));
            if (tried.byteSize() <= maxBytes) {
                fitting = quality;
                best = tried;
            } else {
                tooHigh = quality;
                best = fitting == 0 && tried.byteSize() < best.byteSize() ? tried : best;
            }
        }
        return best;
    }

    private MemorySegment bytes(Image image, Encoding encoding) {
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
                            "subsample-mode",
                            (encoding.lossless() ? Chroma.FULL : Chroma.AUTO).subsampleMode(),
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
        var joined =
                images.size() == 1
                        ? images.getFirst()
                        : scope.call("arrayjoin", "in", images, "across", 1);
        var whole = dense(joined, picture.encoding().density());
        if (images.size() > 1 || whole.has("page-height")) {
            whole.set("page-height", picture.stored().height());
        }
        if (!picture.encoding().keepsMetadata()) {
            forget(whole);
        }
        return whole;
    }

    /** Debian 12's libvips writes EXIF's tags into a WebP even where it is told to strip. */
    private static void forget(Image image) {
        if (image.has("exif-data")) {
            image.fields().stream()
                    .filter(field -> field.startsWith("exif-"))
                    .forEach(image::remove);
        }
        METADATA.forEach(image::remove);
        image.remove("icc-profile-data");
    }

    /** A copy that says how many dots it has to the inch. */
    private Image dense(Image image, int density) {
        if (density == 0) {
            return scope.call("copy", "in", image);
        }
        var dotsPerMillimeter = density / 25.4;
        return scope.call(
                "copy", "in", image, "xres", dotsPerMillimeter, "yres", dotsPerMillimeter);
    }

    private final class Save {
        private final Image image;
        private final Encoding encoding;

        private Save(Image image, Encoding encoding) {
            this.image = image;
            this.encoding = encoding;
        }

        private boolean hasMetadata() {
            return encoding.density() > 0 || METADATA.stream().anyMatch(image::has);
        }

        private MemorySegment by(String operation, Object... options) {
            var arguments = new Object[options.length + 4];
            arguments[0] = "in";
            arguments[1] = image;
            arguments[2] = "strip";
            arguments[3] = !(encoding.keepsMetadata() && hasMetadata());
            System.arraycopy(options, 0, arguments, 4, options.length);
            return scope.save(operation, arguments);
        }
    }
}
