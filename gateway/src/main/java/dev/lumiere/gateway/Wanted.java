package dev.lumiere.gateway;

import dev.lumiere.fop.SaveAs;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an admitted request wants.
 *
 * @param readings at least one; the first whose object there is counts
 * @param protectsOriginals whether pictures are served through a style only
 * @param fallback key of what is served in place of an object that is missing or cannot be
 *     processed; null for none
 * @param saveAs where the result is kept besides; null if it is not
 * @param hasOperations whether the URL names operations itself, not by a style alone
 */
record Wanted(
        List<Reading> readings,
        boolean protectsOriginals,
        @Nullable String fallback,
        @Nullable SaveAs saveAs,
        boolean hasOperations) {
    Wanted {
        readings = List.copyOf(readings);
    }

    /** The same in all readings. */
    String bucket() {
        return readings.getFirst().address().bucket();
    }

    /** Whether the answer may be something made of an object. */
    boolean mayBeWorkedUpon() {
        for (var reading : readings) {
            if (reading.pipeline() != null) {
                return true;
            }
        }
        return false;
    }

    /** What was most likely meant, if there is no object: a style is seldom named by accident. */
    Reading intended() {
        return readings.stream().filter(Reading::isStyled).findFirst().orElse(readings.getFirst());
    }

    /** All readings, that one first. */
    List<Reading> likeliestFirst() {
        var intended = intended();
        return Stream.concat(
                        Stream.of(intended),
                        readings.stream().filter(reading -> !reading.equals(intended)))
                .toList();
    }

    /** Whether this is served of an object of this type. */
    boolean allows(Reading reading, String contentType) {
        return !protectsOriginals || reading.isStyled() || !mayBePicture(contentType);
    }

    /** Also what no extension tells. */
    private static boolean mayBePicture(String contentType) {
        return contentType.startsWith("image/") || contentType.equals("application/octet-stream");
    }
}
