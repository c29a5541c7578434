package dev.lumiere.image.picture;

/** How many of a JPEG's colour samples are kept. */
public enum Chroma {
    /** A quarter, but all from quality 90 on. */
    AUTO("auto"),
    /** A quarter: 4:2:0. */
    QUARTER("on"),
    /** All: 4:4:4. */
    FULL("off");

    private final String subsampleMode;

    Chroma(String subsampleMode) {
        this.subsampleMode = subsampleMode;
    }

    /** What libvips calls it. */
    String subsampleMode() {
        return subsampleMode;
    }
}
