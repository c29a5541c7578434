package dev.lumiere.image.picture;

import java.util.Map;
import java.util.Optional;

/** How many of a JPEG's colour samples are kept. */
public enum Chroma {
    /** A quarter, but all from quality 90 on. */
    AUTO("auto"),
    /** A quarter: 4:2:0. */
    QUARTER("on"),
    /** All: 4:4:4. */
    FULL("off");

    private static final Map<String, Chroma> WORDS =
            Map.of("auto", AUTO, "420", QUARTER, "444", FULL);

    private final String subsampleMode;

    Chroma(String subsampleMode) {
        this.subsampleMode = subsampleMode;
    }

    /** By the ratio it is known by: {@code auto}, {@code 420} or {@code 444}. */
    public static Optional<Chroma> of(String word) {
        return Optional.ofNullable(WORDS.get(word));
    }

    /** What libvips calls it. */
    public String subsampleMode() {
        return subsampleMode;
    }
}
