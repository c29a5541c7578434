package dev.lumiere.storage.rule;

/**
 * How much a bucket may hold.
 *
 * @param bytes of all objects together; -1 for any number
 * @param count of objects; -1 for any number
 */
public record Quota(long bytes, long count) {
    public static final Quota NONE = new Quota(-1, -1);

    public Quota {
        if (bytes < -1 || count < -1) {
            throw new IllegalArgumentException(
                    "a quota is -1 or more: %d bytes, %d objects".formatted(bytes, count));
        }
    }
}
