package dev.lumiere.storage.rule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What can become of an object, by the words in which others ask to be told of it. */
public enum ChangeKind {
    /** An upload at once, and whatever else comes from outside. */
    PUT("put"),
    /** An upload in blocks or parts. */
    MKFILE("mkfile"),
    COPY("copy"),
    MOVE("move"),
    DELETE("delete"),
    DISABLE("disable"),
    ENABLE("enable"),
    /** Does not happen here, nor does what follows. */
    APPEND("append"),
    DELETE_MARKER("deleteMarkerCreate"),
    RESTORED("restore:completed");

    private final String word;

    ChangeKind(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Null if it is none. */
    public static @Nullable ChangeKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElse(null);
    }
}
