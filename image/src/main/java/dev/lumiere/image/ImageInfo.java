package dev.lumiere.image;

import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** What {@code imageInfo} tells of a file; width and height are as stored, before orientation. */
final class ImageInfo {
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

    private ImageInfo() {}

    static JsonObject of(Source source) {
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
            case GIF -> "palette" + (2 << (octet(bytes, 10) & 7));
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

    private static String webpModel(MemorySegment bytes) {
        var lossless = octet(bytes, 15) == 'L';
        var alpha = octet(bytes, 15) == 'X' && (octet(bytes, 20) & VP8X_ALPHA) != 0;
        return lossless || alpha ? "nrgba" : "ycbcr";
    }

    private static int octet(MemorySegment bytes, long at) {
        return at < bytes.byteSize() ? bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff : 0;
    }
}
