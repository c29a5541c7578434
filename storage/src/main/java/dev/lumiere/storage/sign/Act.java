package dev.lumiere.storage.sign;

import java.util.Locale;

/**
 * Kinds of acts that a key may be allowed, each by a word. These are in the log and in what secrets
 * are sealed for: none is ever renamed, and none comes before another that was there first.
 */
public enum Act {
    /** To download what is private, to list, and to be told of objects and of buckets' settings. */
    READ,
    /** To upload, fetch, copy to a place, and change what is said of objects; also to replace. */
    WRITE,
    /** To delete, now or later, and to move away. */
    DELETE,
    /** To make and drop buckets, and to change their settings. */
    MANAGE;

    /** As people and events say it: {@code read}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
