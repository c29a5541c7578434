package dev.lumiere.storage.catalog;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.rule.StorageClass;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the catalog has of one object.
 *
 * @param key 0 to 750 bytes of UTF-8
 * @param hash its QETag
 * @param putTime when its content was put, in 100 ns since 1970
 * @param storageClass 0 standard, 1 infrequent access, 2 archive, 3 deep archive, 4 archive with
 *     instant retrieval, 5 intelligent tiering
 * @param isDisabled whether downloads are refused
 * @param endUser as the upload's policy named it; empty for nobody
 * @param expiresAt second since 1970 from which on it is gone; 0 for never
 * @param transitions when it goes to which colder class, as seconds since 1970
 * @param metadata values by names without {@code x-qn-meta-}
 */
public record CatalogObject(
        String bucket,
        String key,
        BlobId blob,
        long size,
        String hash,
        String md5,
        String mimeType,
        long putTime,
        int storageClass,
        boolean isDisabled,
        String endUser,
        long expiresAt,
        Map<StorageClass, Long> transitions,
        Map<String, String> metadata) {
    private static final long UNITS_A_SECOND = 10_000_000;
    private static final int NANOS_A_UNIT = 100;
    private static final ZoneOffset MIDNIGHTS = ZoneOffset.ofHours(8);

    public CatalogObject {
        // older nodes did not write them
        transitions = Map.copyOf(Objects.requireNonNullElse(transitions, Map.of()));
        metadata = Map.copyOf(metadata);
    }

    /** Just put: of the standard class, of nobody in particular, for ever, and without metadata. */
    public static CatalogObject of(
            String bucket, String key, Blob blob, String mimeType, Instant put) {
        return new CatalogObject(
                bucket,
                key,
                blob.id(),
                blob.size(),
                blob.qetag(),
                blob.md5(),
                mimeType,
                putTime(put),
                0,
                false,
                "",
                0,
                Map.of(),
                Map.of());
    }

    /** The time in which {@code putTime} is told. */
    public static long putTime(Instant time) {
        return time.getEpochSecond() * UNITS_A_SECOND + time.getNano() / NANOS_A_UNIT;
    }

    /** When it was put. */
    public Instant putAt() {
        return Instant.ofEpochSecond(
                putTime / UNITS_A_SECOND, putTime % UNITS_A_SECOND * NANOS_A_UNIT);
    }

    /**
     * When what is to be deleted after so many days is: the next midnight, at UTC+8.
     *
     * @param days 0 for never, which is 0
     */
    public static long expiry(int days, Instant now) {
        if (days == 0) {
            return 0;
        }
        return now.plus(days, ChronoUnit.DAYS)
                .plusNanos(ChronoUnit.DAYS.getDuration().toNanos() - 1)
                .atOffset(MIDNIGHTS)
                .truncatedTo(ChronoUnit.DAYS)
                .toEpochSecond();
    }

    /** Whether it has an end, and that has come at a second since 1970. */
    public boolean hasExpired(long second) {
        return expiresAt > 0 && expiresAt <= second;
    }

    /** The same content and properties under another name. */
    public CatalogObject at(String otherBucket, String otherKey, long time) {
        return new CatalogObject(
                otherBucket,
                otherKey,
                blob,
                size,
                hash,
                md5,
                mimeType,
                time,
                storageClass,
                isDisabled,
                endUser,
                expiresAt,
                transitions,
                metadata);
    }

    /** When the next of them is, as a second since 1970; 0 for never. */
    long nextTransition() {
        return transitions.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    /** The same with another end; 0 for none. */
    public CatalogObject expiringAt(long second) {
        return changed(mimeType, storageClass, isDisabled, endUser, second, transitions, metadata);
    }

    /** The same, going to other classes at other times. */
    public CatalogObject transitioning(Map<StorageClass, Long> others) {
        return changed(mimeType, storageClass, isDisabled, endUser, expiresAt, others, metadata);
    }

    /** The same in the class in which it is to be at a second since 1970. */
    CatalogObject transitioned(long second) {
        var left = new EnumMap<StorageClass, Long>(StorageClass.class);
        var reached = StorageClass.of(storageClass);
        for (var each : StorageClass.COLDER_AND_COLDER) {
            var at = transitions.get(each);
            if (at != null && at > second) {
                left.put(each, at);
            } else if (at != null && each.isColderThan(reached)) {
                reached = each;
            }
        }
        return inClass(reached.number()).transitioning(left);
    }

    /** The same, served or not. */
    public CatalogObject disabled(boolean whether) {
        return changed(mimeType, storageClass, whether, endUser, expiresAt, transitions, metadata);
    }

    /** The same, of another MIME type. */
    public CatalogObject ofType(String otherType) {
        return changed(
                otherType, storageClass, isDisabled, endUser, expiresAt, transitions, metadata);
    }

    /** The same in another storage class. */
    public CatalogObject inClass(int otherClass) {
        return changed(mimeType, otherClass, isDisabled, endUser, expiresAt, transitions, metadata);
    }

    /** The same with other metadata. */
    public CatalogObject with(Map<String, String> otherMetadata) {
        return changed(
                mimeType, storageClass, isDisabled, endUser, expiresAt, transitions, otherMetadata);
    }

    /** The same of an upload for somebody; empty for nobody. */
    public CatalogObject by(String otherEndUser) {
        return changed(
                mimeType, storageClass, isDisabled, otherEndUser, expiresAt, transitions, metadata);
    }

    /**
     * The same with all that may be said of another, but its MIME type, which is of the content.
     */
    public CatalogObject like(CatalogObject other) {
        return changed(
                mimeType,
                other.storageClass,
                other.isDisabled,
                other.endUser,
                other.expiresAt,
                other.transitions,
                other.metadata);
    }

    private CatalogObject changed(
            String toType,
            int toClass,
            boolean toDisabled,
            String toEndUser,
            long toEnd,
            Map<StorageClass, Long> toTransitions,
            Map<String, String> toMetadata) {
        return new CatalogObject(
                bucket,
                key,
                blob,
                size,
                hash,
                md5,
                toType,
                putTime,
                toClass,
                toDisabled,
                toEndUser,
                toEnd,
                toTransitions,
                toMetadata);
    }
}
