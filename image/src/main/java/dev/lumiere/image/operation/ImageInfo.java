package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.JpegHeader;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.summary.BlurHash;
import dev.lumiere.image.summary.DominantColors;
import dev.lumiere.image.summary.Pixels;
import dev.lumiere.image.summary.ThumbHash;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.VipsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code imageInfo}: what a file is, as JSON; width and height are as stored, before orientation.
 * On request, and beyond what Qiniu has, also what it looks like, upright.
 *
 * @param blurHash how many waves of a BlurHash; empty for none
 * @param thumbHash whether to add a ThumbHash, in base64
 * @param dominantColors how many dominant colours to add, 0 to 16
 */
public record ImageInfo(Optional<BlurHash> blurHash, boolean thumbHash, int dominantColors)
        implements Operation.OnFile {
    /** EXIF's orientations 1 to 8: where the first row and the first column are. */
    private static final List<String> ORIENTATIONS =
            List.of(
                    "Top-left",
                    "Top-right",
                    "Bottom-right",
                    "Bottom-left",
                    "Left-top",
                    "Right-top",
                    "Right-bottom",
                    "Left-bottom");

    private static final int VP8X_ALPHA = 0x10;

    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of().names("blurhash", "thumbhash", "dominant");

    static ImageInfo parse(Stage stage) {
        var parameters = Parameters.read(stage, SHAPE);
        return new ImageInfo(
                parameters.find("blurhash").flatMap(ImageInfo::blurHash),
                parameters.find("thumbhash").map(Parameter::zeroOrOne).orElse(false),
                parameters
                        .find("dominant")
                        .map(d -> d.integer(1, DominantColors.MAX_COLORS))
                        .orElse(0));
    }

    private static Optional<BlurHash> blurHash(Parameter parameter) {
        var waves = parameter.value().split("x", -1);
        if (waves.length == 1) {
            return parameter.zeroOrOne() ? Optional.of(new BlurHash(4, 3)) : Optional.empty();
        }
        if (waves.length > 2) {
            throw parameter.bad();
        }
        return Optional.of(new BlurHash(waves(parameter, waves[0]), waves(parameter, waves[1])));
    }

    private static int waves(Parameter parameter, String number) {
        return new Parameter(parameter.name(), number).integer(1, BlurHash.MAX_WAVES);
    }

    @Override
    public Written apply(Written file, Tools tools) {
        var source = Source.read(tools.scope(), file, tools.config());
        var info = describe(source);
        if (blurHash.isPresent() || thumbHash || dominantColors > 0) {
            addLook(info, pixels(source, tools));
        }
        return Written.of(info.toBuffer().getBytes(), "application/json");
    }

    private void addLook(JsonObject info, Pixels pixels) {
        blurHash.ifPresent(hash -> info.put("blurhash", hash.of(pixels)));
        if (thumbHash) {
            info.put("thumbhash", Base64.getEncoder().encodeToString(ThumbHash.of(pixels)));
        }
        if (dominantColors > 0) {
            var colors = new JsonArray();
            DominantColors.of(pixels, dominantColors)
                    .forEach(color ->
                            colors.add(
                                    JsonObject.of(
                                            "RGB",
                                            String.format(Locale.ROOT, "0x%06x", color.rgb()),
                                            "share",
                                            Math.round(color.share() * 10_000) / 10_000.0)));
            info.put("dominant", colors);
        }
    }

    /** The first frame, small and upright; no more is decoded than that takes. */
    private static Pixels pixels(Source source, Tools tools) {
        try (var _ = tools.spans().start("decode")) {
            var scope = tools.scope();
            var small = Geometry.of(0, Pixels.MAX_EDGE, Pixels.MAX_EDGE, source.size());
            var stored = source.images(scope, small.scaled(), false).getFirst();
            var shown = tools.painter().display(tools.painter().shape(stored, small));
            var grey = shown.bands() < 3;
            var color = grey ? scope.call("colourspace", "in", shown, "space", "srgb") : shown;
            var image =
                    color.hasAlpha() ? color : scope.call("bandjoin_const", "in", color, "c", 255);
            return new Pixels(small.scaled(), scope.pixels(image).toArray(ValueLayout.JAVA_BYTE));
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    private static JsonObject describe(Source source) {
        var info =
                JsonObject.of(
                        "size",
                        source.bytes().byteSize(),
                        "format",
                        source.format().word(),
                        "width",
                        source.stored().width(),
                        "height",
                        source.stored().height(),
                        "colorModel",
                        colorModel(source));
        if (source.format() == SourceFormat.GIF || source.frames() > 1) {
            info.put("frameNumber", source.frames());
        }
        if (source.orientation() >= 1 && source.orientation() <= 8) {
            info.put("orientation", ORIENTATIONS.get(source.orientation() - 1));
        }
        return info;
    }

    private static String colorModel(Source source) {
        var bytes = source.bytes();
        return switch (source.format()) {
            case JPEG ->
                    switch (JpegHeader.read(bytes).components()) {
                        case 1 -> "gray";
                        case 4 -> "cmyk";
                        default -> "ycbcr";
                    };
            case PNG -> pngModel(octet(bytes, 24), octet(bytes, 25));
            case GIF -> gifModel(bytes);
            case WEBP -> webpModel(bytes);
            case AVIF, HEIC, JXL -> source.header().hasAlpha() ? "nrgba" : "ycbcr";
            default -> model(source.header());
        };
    }

    /** By what libvips makes of it. */
    private static String model(Image image) {
        var wide = !image.isUchar();
        return switch (image.interpretation()) {
            case CMYK -> "cmyk";
            case GREY, GREY16 ->
                    image.hasAlpha() ? wide ? "nrgba64" : "nrgba" : wide ? "gray16" : "gray";
            default -> (image.hasAlpha() ? "nrgba" : "rgba") + (wide ? "64" : "");
        };
    }

    private static String pngModel(int bitDepth, int colorType) {
        var wide = bitDepth == 16 ? "64" : "";
        return switch (colorType) {
            case 0 -> bitDepth == 16 ? "gray16" : "gray";
            case 2 -> "rgba" + wide;
            case 3 -> "palette" + (1 << bitDepth);
            default -> "nrgba" + wide;
        };
    }

    /** By the palette of the whole, or if it has none by that of the first frame. */
    private static String gifModel(MemorySegment bytes) {
        var flags = octet(bytes, 10);
        long at = 13;
        while (flags < 0x80 && octet(bytes, at) == 0x21) {
            at += 2;
            while (octet(bytes, at) != 0) {
                at += 1 + octet(bytes, at);
            }
            at++;
        }
        return "palette" + (2 << ((flags < 0x80 ? octet(bytes, at + 9) : flags) & 7));
    }

    private static String webpModel(MemorySegment bytes) {
        var lossless = octet(bytes, 15) == 'L';
        var alpha = octet(bytes, 15) == 'X' && (octet(bytes, 20) & VP8X_ALPHA) != 0;
        return lossless || alpha ? "nrgba" : "ycbcr";
    }

    private static int octet(MemorySegment bytes, long at) {
        return at < bytes.byteSize() ? bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff : 0;
    }
}
