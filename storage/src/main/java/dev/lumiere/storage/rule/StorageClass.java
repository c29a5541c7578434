package dev.lumiere.storage.rule;

import java.util.List;
import java.util.Map;

/**
 * What an object's owner has it kept for, in the numbers of Qiniu's {@code type}. All are kept and
 * read alike here: it is a mark, that lists and callbacks tell.
 */
public enum StorageClass {
    STANDARD(0),
    INFREQUENT_ACCESS(1),
    ARCHIVE(2),
    DEEP_ARCHIVE(3),
    ARCHIVE_INSTANT_RETRIEVAL(4),
    INTELLIGENT_TIERING(5);

    /** From where an object may only go on with time; {@link #INTELLIGENT_TIERING} is beside it. */
    public static final List<StorageClass> COLDER_AND_COLDER =
            List.of(STANDARD, INFREQUENT_ACCESS, ARCHIVE_INSTANT_RETRIEVAL, ARCHIVE, DEEP_ARCHIVE);

    private static final int MAX_DAYS = 36_500;

    private final int number;

    StorageClass(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /**
     * The class of a number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static StorageClass of(int number) {
        for (var each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        throw new IllegalArgumentException("no storage class: " + number);
    }

    /** Whether time may bring an object from that class to this one. */
    public boolean isColderThan(StorageClass other) {
        var there = COLDER_AND_COLDER.indexOf(other);
        return there >= 0 && COLDER_AND_COLDER.indexOf(this) > there;
    }

    /**
     * Checks days after which an object goes from class to class and at last is deleted.
     *
     * @param days by class; of 0 and less there is none
     * @param deleteAfterDays 0 and less for never
     * @throws IllegalArgumentException if a colder one does not come later, or there are over a
     *     hundred years
     */
    public static void checkDays(Map<StorageClass, Integer> days, int deleteAfterDays) {
        var before = 0;
        for (var each : COLDER_AND_COLDER) {
            var its = days.getOrDefault(each, 0);
            if (its <= 0) {
                continue;
            }
            if (its > MAX_DAYS) {
                throw new IllegalArgumentException("days over %d: %d".formatted(MAX_DAYS, its));
            }
            if (its <= before) {
                throw new IllegalArgumentException(
                        "%s does not come after the class before it: %d days".formatted(each, its));
            }
            before = its;
        }
        if (deleteAfterDays > 0 && deleteAfterDays <= before) {
            throw new IllegalArgumentException(
                    "it is deleted after %d days, before it is in its last class"
                            .formatted(deleteAfterDays));
        }
    }
}
