package dev.lumiere.storage.rule;

import dev.lumiere.service.fetch.OutgoingClient;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of what becomes of some objects.
 *
 * @param name 1 to 64 letters, digits, {@code _}, {@code .} and {@code -}
 * @param prefix of keys
 * @param suffix of keys
 * @param events {@linkplain ChangeKind#word words}, at least one
 * @param urls 1 to 8 of http or https; the next is told if the one before does not take it
 * @param accessKey by which it is signed
 * @param host sent as {@code Host}; empty for that of the URL
 * @param since positions of the log when the rule was made: only what came after is told
 */
public record EventRule(
        String name,
        String prefix,
        String suffix,
        List<String> events,
        List<String> urls,
        String accessKey,
        String host,
        String since) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MAX_URLS = 8;
    private static final int MAX_URL_CHARS = 1024;

    public EventRule {
        events = List.copyOf(events);
        urls = List.copyOf(urls);
    }

    /**
     * The same, with all that can be wrong with it looked for.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public EventRule checked() {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of a rule is not 1 to 64 letters, digits, _, . and -: " + name);
        }
        if (prefix.length() > ObjectKey.MAX_BYTES || suffix.length() > ObjectKey.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "prefix or suffix over " + ObjectKey.MAX_BYTES + " characters");
        }
        if (events.isEmpty() || events.stream().distinct().count() != events.size()) {
            throw new IllegalArgumentException("no event, or one twice: " + events);
        }
        for (var event : events) {
            if (ChangeKind.of(event) == null) {
                throw new IllegalArgumentException("no such event: " + event);
            }
        }
        if (urls.isEmpty() || urls.size() > MAX_URLS) {
            throw new IllegalArgumentException("not 1 to %d callbackURL".formatted(MAX_URLS));
        }
        for (var url : urls) {
            if (url.length() > MAX_URL_CHARS) {
                throw new IllegalArgumentException(
                        "callbackURL over %d characters".formatted(MAX_URL_CHARS));
            }
            OutgoingClient.check(url);
        }
        if (!HostName.isWithPort(host)) {
            throw new IllegalArgumentException("no host and port: " + host);
        }
        return this;
    }

    /** Whether it is about such a change of an object. */
    public boolean isAbout(ChangeKind kind, String key) {
        return events.contains(kind.word()) && key.startsWith(prefix) && key.endsWith(suffix);
    }

    /** The rule that counts, the first that fits; null if none does. */
    public static @Nullable EventRule of(ChangeKind kind, String key, List<EventRule> rules) {
        return rules.stream().filter(rule -> rule.isAbout(kind, key)).findFirst().orElse(null);
    }
}
