package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.BucketRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The ways to read a request where a bucket has styles: behind a key, {@code a.jpg-thumb}, or in a
 * header of a request that names neither a style nor a pipeline. An object whose key is the whole
 * text goes first; then the separators are tried from the right. Where originals are protected, it
 * is the other way round.
 *
 * @param name as in {@link Reading#of}
 * @param complete writes into a pipeline what its caller left to the gateway
 */
record Styling(BucketRules rules, @Nullable String name, UnaryOperator<Pipeline> complete) {
    /** Names a style, with its parameter if it has one. */
    static final String HEADER = "Lumiere-Style";

    /** How many styles may stand behind a key, of which one is meant. */
    private static final int MAX_READINGS = 4;

    private static final int MAX_QUOTED = 64;

    /**
     * All of them.
     *
     * @param query the pipeline of the URL; null for none
     * @param header the style of the header; null for none
     * @throws Problem.Refused 400 if the header names no style, or a pipeline cannot be
     */
    List<Reading> readings(
            ObjectAddress address, @Nullable Pipeline query, @Nullable String header) {
        var styled = behindKey(address, query);
        if (styled.isEmpty() && query == null && !rules.styles().isEmpty()) {
            return List.of(byHeader(address, header));
        }
        var exact =
                Reading.of(
                        address, query == null ? null : complete.apply(query), false, name, false);
        var all = new ArrayList<>(styled);
        all.add(rules.protectsOriginals() ? all.size() : 0, exact);
        return all;
    }

    private Reading byHeader(ObjectAddress address, @Nullable String header) {
        if (header == null) {
            return Reading.of(address, null, false, name, true);
        }
        var style = Style.named(header, rules);
        if (style == null) {
            var quoted = header.substring(0, Math.min(header.length(), MAX_QUOTED));
            throw Problem.badRequest("no such style: " + quoted).refused();
        }
        return Reading.of(address, pipeline(style, null), true, name, true);
    }

    private List<Reading> behindKey(ObjectAddress address, @Nullable Pipeline query) {
        var readings = new ArrayList<Reading>();
        if (rules.styles().isEmpty()) {
            return readings;
        }
        var key = address.key();
        for (var at = key.length() - 1; at > 0 && readings.size() < MAX_READINGS; at--) {
            if (rules.separators().indexOf(key.charAt(at)) < 0) {
                continue;
            }
            var style = Style.named(key.substring(at + 1), rules);
            if (style != null) {
                var object = new ObjectAddress(address.bucket(), key.substring(0, at));
                readings.add(Reading.of(object, pipeline(style, query), true, name, false));
            }
        }
        return readings;
    }

    private Pipeline pipeline(Style style, @Nullable Pipeline query) {
        try {
            return complete.apply(style.then(query));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }
}
