package dev.lumiere.image.picture;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A form a result can have. */
public enum OutputFormat {
    JPEG("image/jpeg", false),
    PNG("image/png", true),
    GIF("image/gif", true),
    WEBP("image/webp", true),
    AVIF("image/avif", true),
    TIFF("image/tiff", true),
    HEIC("image/heic", true),
    JXL("image/jxl", true),
    BMP("image/bmp", false);

    private static final Map<String, OutputFormat> WORDS =
            Map.ofEntries(
                    Map.entry("jpg", JPEG),
                    Map.entry("jpeg", JPEG),
                    Map.entry("png", PNG),
                    Map.entry("gif", GIF),
                    Map.entry("webp", WEBP),
                    Map.entry("avif", AVIF),
                    Map.entry("tiff", TIFF),
                    Map.entry("heic", HEIC),
                    Map.entry("jxl", JXL),
                    Map.entry("bmp", BMP));
    private static final Set<String> KNOWN_BUT_NOT_MADE = Set.of("psd", "svg", "pdf");

    private final String contentType;
    private final boolean hasAlpha;

    OutputFormat(String contentType, boolean hasAlpha) {
        this.contentType = contentType;
        this.hasAlpha = hasAlpha;
    }

    public String contentType() {
        return contentType;
    }

    /** Whether it can be transparent. */
    public boolean hasAlpha() {
        return hasAlpha;
    }

    /** What is written of a source of this format where nothing is asked for: what all can show. */
    public OutputFormat usual() {
        return switch (this) {
            case AVIF, HEIC, JXL -> JPEG;
            default -> this;
        };
    }

    /** What is best unless asked otherwise, of 1 to 100; the scales of the formats differ. */
    public int defaultQuality(int ofJpegAndWebp) {
        return switch (this) {
            case AVIF -> 50;
            case HEIC -> 35;
            default -> ofJpegAndWebp;
        };
    }

    public static Optional<OutputFormat> of(String word) {
        return Optional.ofNullable(WORDS.get(word));
    }

    /** A format of pictures, but none that is made here. */
    public static boolean isUnsupported(String word) {
        return KNOWN_BUT_NOT_MADE.contains(word);
    }
}
