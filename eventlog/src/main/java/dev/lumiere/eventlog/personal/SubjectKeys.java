package dev.lumiere.eventlog.personal;

import java.io.IOException;

/**
 * The keys of data subjects, each of whom has one. They are kept apart from the log and from its
 * backups: whoever has an old copy of both can read what was erased since.
 */
public interface SubjectKeys {
    /** What there is of a subject's key. */
    sealed interface Found {
        /** It is there. */
        record Present(SubjectKey key) implements Found {}

        /** It was, and was erased for good. */
        record Erased() implements Found {}

        /** Nothing is known of it. */
        record Unknown() implements Found {}
    }

    /**
     * A subject's key, made if there was none.
     *
     * @param subject whom the data is about, such as {@code user-42}: 1 to 1024 characters that say
     *     nothing about the person, since they stay
     * @throws ErasedSubjectException if it was erased; none is made again
     */
    SubjectKey keyOf(String subject) throws IOException;

    /** A subject's key of an id. */
    Found find(String subject, String id) throws IOException;

    /**
     * Erases a subject's key, and remembers that. It is durable when this returns. Again, or before
     * there was a key, it only remembers.
     */
    void erase(String subject) throws IOException;
}
