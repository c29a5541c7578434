package dev.lumiere.bench;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param without names of peers to leave out
 */
record Options(
        String name,
        int rounds,
        int seconds,
        int warmUpSeconds,
        int connections,
        Set<String> without) {
    static final String USAGE =
            """
            ./lumiere bench thumbnails   12 megapixels to 200x200, no result cache, many sources
            ./lumiere bench hot          one small picture, again and again
            ./lumiere bench overhead     what the platform adds to an uncached 6 KB answer

              --rounds N        alternating rounds (5)
              --seconds N       of load in a round (8)
              --warm-up N       seconds of load before the first round (thumbnails 120, else 30)
              --connections N   kept open and busy (thumbnails 4, else 16)
              --without PEER    leave one out; may be repeated\
            """;

    static @Nullable Options parse(String[] arguments) {
        if (arguments.length == 0
                || !Set.of("thumbnails", "hot", "overhead").contains(arguments[0])) {
            return null;
        }
        var name = arguments[0];
        var rounds = 5;
        var seconds = 8;
        // a JVM takes its time until the code for small answers is compiled
        var warmUp = name.equals("thumbnails") ? 120 : 30;
        var connections = name.equals("thumbnails") ? 4 : 16;
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
                    case "--without" -> without.add(value);
                    default -> {
                        return null;
                    }
                }
            } catch (NumberFormatException _) {
                return null;
            }
        }
        return new Options(name, rounds, seconds, warmUp, connections, Set.copyOf(without));
    }
}
