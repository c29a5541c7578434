/**
 * Bits hidden in pictures. {@link dev.lumiere.image.hidden.HiddenBits} puts them into a picture's
 * luminance and finds them again; {@link dev.lumiere.image.hidden.HiddenText} makes text into bits
 * that stand errors.
 */
@NullMarked
package dev.lumiere.image.hidden;

import org.jspecify.annotations.NullMarked;
