package dev.lumiere.service.registry;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of a service, ordered as semantic versions are.
 *
 * @param preRelease dot-separated identifiers after a hyphen, or empty for a release
 * @see <a href="https://semver.org/spec/v2.0.0.html">Semantic Versioning 2.0.0</a>
 */
public record Version(int major, int minor, int patch, String preRelease)
        implements Comparable<Version> {
    private static final int MAX_LENGTH = 255;
    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d{1,9})(?:\\.(\\d{1,9}))?(?:\\.(\\d{1,9}))?"
                            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?");

    /**
     * Reads {@code 1.2.3-rc.1}; missing minor or patch is 0, build metadata is dropped.
     *
     * @throws IllegalArgumentException naming {@code text} if it is not a version
     */
    public static Version parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a version has at most 255 characters, not " + text.length());
        }
        var m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a version: " + text);
        }
        return new Version(
                number(m.group(1)),
                number(m.group(2)),
                number(m.group(3)),
                m.group(4) == null ? "" : m.group(4));
    }

    @Override
    public int compareTo(Version other) {
        var byNumber = Integer.compare(major, other.major);
        byNumber = byNumber != 0 ? byNumber : Integer.compare(minor, other.minor);
        byNumber = byNumber != 0 ? byNumber : Integer.compare(patch, other.patch);
        if (byNumber != 0 || preRelease.equals(other.preRelease)) {
            return byNumber;
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        return comparePreReleases(preRelease.split("\\."), other.preRelease.split("\\."));
    }

    @Override
    public String toString() {
        var numbers = major + "." + minor + "." + patch;
        return preRelease.isEmpty() ? numbers : numbers + "-" + preRelease;
    }

    private static int comparePreReleases(String[] left, String[] right) {
        for (var i = 0; i < Math.min(left.length, right.length); i++) {
            var compared = compareIdentifiers(left[i], right[i]);
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int compareIdentifiers(String left, String right) {
        var leftNumeric = left.chars().allMatch(Character::isDigit);
        var rightNumeric = right.chars().allMatch(Character::isDigit);
        if (leftNumeric && rightNumeric) {
            return new BigInteger(left).compareTo(new BigInteger(right));
        }
        if (leftNumeric != rightNumeric) {
            return leftNumeric ? -1 : 1;
        }
        return left.compareTo(right);
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
