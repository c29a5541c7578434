package dev.lumiere.image;

import java.util.List;
import java.util.OptionalInt;

/** What an operation works on: the source, or the picture that the stage before it made. */
sealed interface Input permits Source, Picture {

    /** As it is looked at, with orientation applied. */
    Size size();

    int frames();

    /** The form of the bytes this is, or would be written as. */
    OutputFormat sameFormat();

    /** How well the JPEG was, or would be written; empty if it is none. */
    OptionalInt jpegQuality();

    /**
     * The frames, each at least of the size {@code wanted}, perhaps not upright yet: they carry
     * their orientation.
     *
     * @param allFrames or only the first
     */
    List<Image> images(ImageScope scope, Size wanted, boolean allFrames);
}
