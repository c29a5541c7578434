package dev.lumiere.image.picture;

import dev.lumiere.fop.worker.WorkInput;

/**
 * The source, of which nothing is read until it is asked for.
 *
 * @param input where it is
 */
public record Content(WorkInput input) implements Material {

    /** With all its bytes. */
    public Written written() {
        return new Written(input.bytes(), input.contentType());
    }
}
