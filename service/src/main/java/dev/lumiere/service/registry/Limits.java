package dev.lumiere.service.registry;

/**
 * What a {@link MemoryRegistry} holds at most.
 *
 * @param instances listed at one time
 * @param watches open at one time
 * @param untoldChanges waiting for one slow watch, before it is told all members anew instead
 */
public record Limits(int instances, int watches, int untoldChanges) {
    public static final Limits DEFAULT = new Limits(10_000, 1_000, 1_000);

    public Limits {
        if (instances < 1 || watches < 1 || untoldChanges < 1) {
            throw new IllegalArgumentException(
                    "a limit is below 1: " + instances + ", " + watches + ", " + untoldChanges);
        }
    }
}
