package dev.lumiere.gateway;

import dev.lumiere.fop.SaveAs;
import dev.lumiere.storage.StoredObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Under which key a result is kept: the one that is given, or one made of what is known of the
 * source or the result, or else the result's hash. Dates are those of UTC+8, as in put policies.
 */
final class SavedName {
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(8);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\((\\w+)\\)");

    private SavedName() {}

    /**
     * The key.
     *
     * @param hash of the result
     */
    static String of(SaveAs saveAs, StoredObject source, String hash, Instant now) {
        return switch (saveAs.name()) {
            case null -> saveAs.key() == null ? hash : saveAs.key();
            case SaveAs.Name.OfSource(var pattern) ->
                    filled(pattern, variable -> ofSource(source, variable));
            case SaveAs.Name.OfResult(var pattern) ->
                    filled(pattern, variable -> ofResult(hash, now.atOffset(ZONE), variable));
        };
    }

    private static String filled(String pattern, UnaryOperator<String> values) {
        return VARIABLE.matcher(pattern)
                .replaceAll(found -> Matcher.quoteReplacement(values.apply(found.group(1))));
    }

    /** An object that is served has no file name of its own, and does not say whose it is. */
    private static String ofSource(StoredObject source, String variable) {
        var name = source.key().substring(source.key().lastIndexOf('/') + 1);
        var dot = name.lastIndexOf('.');
        return switch (variable) {
            case "bucket" -> source.bucket();
            case "key" -> source.key();
            case "etag" -> Answer.hash(source);
            case "fname", "keybase" -> name;
            case "fsize" -> Long.toString(source.size());
            case "mimeType" -> source.contentType();
            case "ext" -> dot < 0 ? "" : name.substring(dot);
            case "fprefix" -> dot < 0 ? name : name.substring(0, dot);
            default -> "";
        };
    }

    private static String ofResult(String hash, OffsetDateTime now, String variable) {
        return switch (variable) {
            case "etag" -> hash;
            case "year" -> DateTimeFormatter.ofPattern("yyyy").format(now);
            case "mon" -> DateTimeFormatter.ofPattern("MM").format(now);
            case "day" -> DateTimeFormatter.ofPattern("dd").format(now);
            case "hour" -> DateTimeFormatter.ofPattern("HH").format(now);
            case "min" -> DateTimeFormatter.ofPattern("mm").format(now);
            case "sec" -> DateTimeFormatter.ofPattern("ss").format(now);
            default -> "";
        };
    }
}
