package dev.lumiere.eventlog;

/** What a writer takes a stream's version to be, which decides whether its events are appended. */
public sealed interface Expected {
    /** Whatever it is. */
    record Any() implements Expected {}

    /**
     * This and nothing else.
     *
     * @param version that of the stream's last event; 0 if there is none
     */
    record Exactly(long version) implements Expected {
        public Exactly {
            if (version < 0) {
                throw new IllegalArgumentException("version below 0: " + version);
            }
        }
    }

    static Expected any() {
        return new Any();
    }

    /** That there is no stream yet. */
    static Expected none() {
        return new Exactly(0);
    }

    static Expected version(long version) {
        return new Exactly(version);
    }

    default boolean admits(long version) {
        return switch (this) {
            case Any() -> true;
            case Exactly(var expected) -> expected == version;
        };
    }
}
