package dev.lumiere.image.picture;

import java.util.OptionalLong;

/**
 * How large a file may be: the quality is lowered until it fits, or to the lowest if none does.
 *
 * @param maxBytes at least 1; empty for as many as the original has
 * @param strict the original is written instead if the result does not fit or is not smaller
 * @param onlyJpeg no other format's quality is lowered
 * @param original what the picture was made of
 */
public record SizeLimit(OptionalLong maxBytes, boolean strict, boolean onlyJpeg, Input original) {

    /** Whether quality is lowered where it is written like this. */
    boolean lowers(Encoding encoding) {
        return encoding.isLossy() && (!onlyJpeg || encoding.format() == OutputFormat.JPEG);
    }
}
