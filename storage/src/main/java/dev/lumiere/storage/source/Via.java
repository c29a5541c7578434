package dev.lumiere.storage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The mirrors that a request has come through, as its headers {@code Via} tell, so that a pull
 * which leads back to the mirror it is for ends there. Each is a {@link Pseudonyms pseudonym}; of
 * other intermediaries nothing is taken. Whoever makes one up refuses himself, and nobody else.
 *
 * @param mirrors in the order in which they were passed, {@value #MAX_MIRRORS} and one at most
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3">RFC 9110, section 7.6.3</a>
 */
public record Via(List<String> mirrors) {
    /** Of a request that comes from no mirror. */
    public static final Via NONE = new Via(List.of());

    public static final String HEADER = "Via";

    /** As many may be behind one another. */
    static final int MAX_MIRRORS = 8;

    private static final ScopedValue<Via> CURRENT = ScopedValue.newInstance();
    private static final Pattern MIRROR =
            Pattern.compile("(?<=[ \t])" + Pseudonyms.PATTERN + "(?=[ \t,]|$)");

    public Via {
        mirrors = List.copyOf(mirrors);
    }

    /**
     * As a request tells.
     *
     * @param headers values of {@code Via}
     */
    public static Via of(List<String> headers) {
        var mirrors = new ArrayList<String>();
        for (var header : headers) {
            var found = MIRROR.matcher(header);
            while (mirrors.size() <= MAX_MIRRORS && found.find()) {
                mirrors.add(found.group());
            }
        }
        return mirrors.isEmpty() ? NONE : new Via(mirrors);
    }

    /** Does what the request asks for, on the calling thread. */
    public void during(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /** Of the request for which the calling thread works. */
    static Via current() {
        return CURRENT.orElse(NONE);
    }

    /** Whether to pull for a mirror would go on for ever, or might. */
    boolean isLoop(String mirror) {
        return mirrors.contains(mirror) || mirrors.size() >= MAX_MIRRORS;
    }

    /** What one of them sends on. */
    String through(String mirror) {
        var header = new StringBuilder();
        mirrors.forEach(each -> header.append("1.1 ").append(each).append(", "));
        return header.append("1.1 ").append(mirror).toString();
    }
}
