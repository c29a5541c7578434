package dev.lumiere.eventlog.personal;

import java.io.IOException;

/** Nothing more is written about a subject whose key was erased. */
public final class ErasedSubjectException extends IOException {
    private static final long serialVersionUID = 1;

    public ErasedSubjectException(String subject) {
        super("the key of this subject was erased: " + subject);
    }
}
