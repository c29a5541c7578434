package dev.lumiere.systemtest.corpus;

/** What is known of a file before it is asked for. */
public sealed interface Truth {
    /**
     * It is a picture and has to be shown.
     *
     * @param format as {@code imageInfo} calls it
     * @param look of it, upright
     */
    record Shown(String format, Look look) implements Truth {}

    /**
     * It is what is left of a picture: it is refused, or shown as the whole is.
     *
     * @param look of the whole, upright
     */
    record Damaged(Look look) implements Truth {}

    /**
     * It has to be refused.
     *
     * @param reason stands somewhere in the error
     */
    record Refused(String reason) implements Truth {}

    /** It may be refused or shown, however it looks. */
    record Harmless() implements Truth {}
}
