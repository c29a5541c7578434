package dev.lumiere.bench;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param without names of peers to leave out
 */
public record Options(
        String name,
        int rounds,
        int seconds,
        int warmUpSeconds,
        int connections,
        int events,
        Set<String> without) {
    static final String USAGE =
            """
            ./lumiere bench thumbnails   12 megapixels to 200x200, no result cache, many sources
            ./lumiere bench formats      3 megapixels to 512 pixels in JPEG, PNG, WebP and AVIF
            ./lumiere bench srcset       8 widths of each of 20 pictures of 12 megapixels, once
            ./lumiere bench overload     four times as many requests as can be served
            ./lumiere bench hot          one small picture, again and again
            ./lumiere bench log          durable appends of 256-byte events, replay, views, size
            ./lumiere bench storage      puts of 16 KB and gets of 100 MB
            ./lumiere bench catalog      lookups, lists and puts of a million objects
            ./lumiere bench overhead     what the platform adds to an uncached 6 KB answer

              --rounds N        alternating rounds (5)
              --seconds N       of load in a round (8)
              --warm-up N       seconds of load before the first round (thumbnails 120, else 30)
              --events N        of the log that is looked at as a whole (10000000), or objects (catalog: 1000000)
              --connections N   kept open and busy (storage 32, hot and overhead 16, srcset 8, else 4)
              --without PEER    leave one out; may be repeated\
            """;

    private static final Set<String> NAMES =
            Set.of(
                    "thumbnails",
                    "formats",
                    "srcset",
                    "overload",
                    "hot",
                    "log",
                    "storage",
                    "catalog",
                    "overhead");

    /** Whether a peer takes part. */
    public boolean has(String peer) {
        return !without.contains(peer);
    }

    static @Nullable Options parse(String[] arguments) {
        if (arguments.length == 0 || !NAMES.contains(arguments[0])) {
            return null;
        }
        var name = arguments[0];
        var rounds = 5;
        var seconds = 8;
        // a JVM takes its time until the code for small answers is compiled
        var warmUp = name.equals("thumbnails") ? 120 : 30;
        var connections =
                switch (name) {
                    case "hot", "overhead" -> 16;
                    case "storage" -> 32;
                    case "srcset" -> 8;
                    default -> 4;
                };
        var events = name.equals("catalog") ? 1_000_000 : 10_000_000;
        var without = new HashSet<String>();
        for (var i = 1; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                return null;
            }
            var value = arguments[i + 1];
            try {
                switch (arguments[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--seconds" -> seconds = Integer.parseInt(value);
                    case "--warm-up" -> warmUp = Integer.parseInt(value);
                    case "--connections" -> connections = Integer.parseInt(value);
                    case "--events" -> events = Integer.parseInt(value);
                    case "--without" -> without.add(value);
                    default -> {
                        return null;
                    }
                }
            } catch (NumberFormatException _) {
                return null;
            }
        }
        return new Options(name, rounds, seconds, warmUp, connections, events, Set.copyOf(without));
    }
}
