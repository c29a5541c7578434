package dev.lumiere.image.operation;

import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.JpegHeader;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * {@code imageInfo}: what a file is, as JSON; width and height are as stored, before orientation.
 */
public record ImageInfo() implements Operation.OnFile {
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

    static ImageInfo parse(Stage stage) {
        if (!stage.arguments().isEmpty()) {
            throw Problem.badRequest("bad argument: " + stage.arguments().getFirst()).refused();
        }
        return new ImageInfo();
    }

    @Override
    public Written apply(Written file, Tools tools) {
        var source = Source.read(tools.scope(), file, tools.config());
        return Written.of(describe(source).toBuffer().getBytes(), "application/json");
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
            default -> source.header().hasAlpha() ? "nrgba" : "ycbcr";
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
