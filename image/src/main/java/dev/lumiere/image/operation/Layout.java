package dev.lumiere.image.operation;

import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Size;

/**
 * How a picture lies between two steps.
 *
 * @param size as its rows lie
 * @param orientation EXIF's 1 to 8, not applied yet; 0 if nothing is said
 */
record Layout(Size size, int orientation) {

    static Layout of(Input input) {
        return new Layout(input.stored(), input.orientation());
    }

    Layout with(Size other) {
        return new Layout(other, orientation);
    }

    boolean isTurned() {
        return orientation >= Input.FIRST_TURNED_ORIENTATION;
    }

    /** The size of what is looked at, or from that to how it lies. */
    Size turned(Size other) {
        return isTurned() ? other.turned() : other;
    }
}
