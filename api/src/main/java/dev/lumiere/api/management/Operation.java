package dev.lumiere.api.management;

import dev.lumiere.storage.rule.StorageClass;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be done to one object, by a call of its own or as one of a batch. */
sealed interface Operation {
    ObjectName object();

    /** Tells what is known of it. */
    record Stat(ObjectName object) implements Operation {}

    record Delete(ObjectName object) implements Operation {}

    /**
     * Gives its content another name besides.
     *
     * @param replaces what may be there
     */
    record Copy(ObjectName object, ObjectName to, boolean replaces) implements Operation {}

    /**
     * Gives it another name.
     *
     * @param replaces what may be there
     */
    record Move(ObjectName object, ObjectName to, boolean replaces) implements Operation {}

    /**
     * Changes what is said with it when it is served.
     *
     * @param mimeType empty for what its key says, null to leave it
     * @param metadata in place of values of the same names; names begin with {@code !} where they
     *     are names of headers
     */
    record ChangeMetadata(
            ObjectName object,
            @Nullable String mimeType,
            Map<String, String> metadata,
            Condition condition)
            implements Operation {}

    /**
     * Moves it to another storage class.
     *
     * @param storageClass 0 to 5
     */
    record ChangeClass(ObjectName object, int storageClass) implements Operation {}

    /** Refuses its downloads from now on, or does not any more. */
    record ChangeStatus(ObjectName object, boolean isDisabled) implements Operation {}

    /**
     * Has it deleted later, and before that go to other storage classes.
     *
     * @param deleteAfterDays from now; 0 leaves it as it is, -1 keeps it for good
     * @param classAfterDays from now, by class; likewise
     */
    record Schedule(
            ObjectName object,
            int deleteAfterDays,
            Map<StorageClass, Integer> classAfterDays,
            Condition condition)
            implements Operation {}

    /** Thaws it; all that is here can be read at any time, so this only checks that it is there. */
    record Restore(ObjectName object) implements Operation {}
}
