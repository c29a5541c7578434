package dev.lumiere.service.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of versions, written as comma-separated terms that must all hold: {@code = != > >= < <=}
 * and the pessimistic {@code ~>} ({@code ~> 1.2} is at least 1.2 and below 2; {@code ~> 1.2.3} is
 * at least 1.2.3 and below 1.3). A pre-release is matched only by a term that names one of the same
 * numbers, as in HashiCorp's go-version, which Kite uses.
 */
public final class VersionConstraint implements Predicate<Version> {
    private static final int MAX_LENGTH = 255;
    private static final Pattern TERM = Pattern.compile("\\s*(=|!=|>=|<=|>|<|~>)?\\s*v?(\\S+)\\s*");

    private final String text;
    private final List<Term> terms;

    private record Term(String operator, Version version, int parts) {}

    private VersionConstraint(String text, List<Term> terms) {
        this.text = text;
        this.terms = terms;
    }

    /**
     * Reads a constraint.
     *
     * @throws IllegalArgumentException naming the term that is malformed
     */
    public static VersionConstraint parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a version constraint has at most 255 characters, not " + text.length());
        }
        var terms = new ArrayList<Term>();
        for (var part : text.split(",", -1)) {
            var m = TERM.matcher(part);
            if (!m.matches()) {
                throw new IllegalArgumentException("not a version constraint: " + part.strip());
            }
            var numbers = m.group(2).replaceFirst("[-+].*", "");
            terms.add(
                    new Term(
                            m.group(1) == null ? "=" : m.group(1),
                            Version.parse(m.group(2)),
                            (int) numbers.chars().filter(c -> c == '.').count() + 1));
        }
        return new VersionConstraint(text.strip(), List.copyOf(terms));
    }

    @Override
    public boolean test(Version version) {
        return terms.stream().allMatch(term -> holds(term, version));
    }

    /** Equal when the terms are, however they are spaced. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VersionConstraint that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean holds(Term term, Version v) {
        var c = v.compareTo(term.version);
        return switch (term.operator) {
            case "=" -> c == 0;
            case "!=" -> c != 0;
            case ">" -> c > 0 && preReleaseAllowed(term.version, v);
            case ">=" -> c >= 0 && preReleaseAllowed(term.version, v);
            case "<" -> c < 0 && preReleaseAllowed(term.version, v);
            case "<=" -> c <= 0 && preReleaseAllowed(term.version, v);
            case "~>" -> c >= 0 && preReleaseAllowed(term.version, v) && samePrefix(term, v);
            default -> throw new IllegalStateException(term.operator);
        };
    }

    private static boolean preReleaseAllowed(Version named, Version v) {
        return v.preRelease().isEmpty()
                || (!named.preRelease().isEmpty()
                        && named.major() == v.major()
                        && named.minor() == v.minor()
                        && named.patch() == v.patch());
    }

    private static boolean samePrefix(Term term, Version v) {
        return switch (term.parts) {
            case 1 -> true;
            case 2 -> v.major() == term.version.major();
            default -> v.major() == term.version.major() && v.minor() == term.version.minor();
        };
    }
}
