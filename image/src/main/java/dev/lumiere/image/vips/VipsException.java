package dev.lumiere.image.vips;

/** A native call failed; the message is libvips' own. */
public final class VipsException extends RuntimeException {
    public VipsException(String message) {
        super(message);
    }
}
