package dev.lumiere.image;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A form a result can have. */
enum OutputFormat {
    JPEG("image/jpeg", false),
    PNG("image/png", true),
    GIF("image/gif", true),
    WEBP("image/webp", true),
    AVIF("image/avif", true);

    private static final Map<String, OutputFormat> WORDS =
            Map.of("jpg", JPEG, "jpeg", JPEG, "png", PNG, "gif", GIF, "webp", WEBP, "avif", AVIF);
    private static final Set<String> KNOWN_BUT_NOT_MADE =
            Set.of("bmp", "tiff", "heic", "psd", "svg", "jxl");

    private final String contentType;
    private final boolean hasAlpha;

    OutputFormat(String contentType, boolean hasAlpha) {
        this.contentType = contentType;
        this.hasAlpha = hasAlpha;
    }

    String contentType() {
        return contentType;
    }

    /** Whether it can be transparent. */
    boolean hasAlpha() {
        return hasAlpha;
    }

    static Optional<OutputFormat> of(String word) {
        return Optional.ofNullable(WORDS.get(word));
    }

    /** A format of pictures, but none that is made here. */
    static boolean isUnsupported(String word) {
        return KNOWN_BUT_NOT_MADE.contains(word);
    }
}
