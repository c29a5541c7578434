package dev.lumiere.image;

/** A native call failed; the message is libvips' own. */
final class VipsException extends RuntimeException {
    VipsException(String message) {
        super(message);
    }
}
