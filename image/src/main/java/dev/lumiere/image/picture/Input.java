package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.util.List;
import java.util.OptionalInt;

/** What an operation works on: the source, or the picture that the stage before it made. */
public sealed interface Input extends Material permits Source, Reducible, Reduced, Picture {
    /** The first of the orientations that change the sides for each other. */
    int FIRST_TURNED_ORIENTATION = 5;

    /** Width and height of a frame as its rows lie, before orientation. */
    Size stored();

    /** EXIF's 1 to 8; 0 if nothing is said. */
    int orientation();

    int frames();

    /** Whether EXIF and the like come with it. */
    boolean hasMetadata();

    /** The form of the bytes this is, or would be written as. */
    OutputFormat sameFormat();

    /** How well the JPEG was, or would be written; empty if it is none. */
    OptionalInt jpegQuality();

    /**
     * The frames, each at least of the size {@code wanted} if it is of that size at all, as they
     * are stored: they carry their orientation.
     *
     * @param wanted as it is looked at
     * @param allFrames or only the first
     */
    List<Image> images(ImageScope scope, Size wanted, boolean allFrames);

    /** As it is looked at, with orientation applied. */
    default Size size() {
        return isTurned() ? stored().turned() : stored();
    }

    /** Whether it lies on its side. */
    default boolean isTurned() {
        return orientation() >= FIRST_TURNED_ORIENTATION;
    }
}
