package dev.lumiere.eventlog.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica has come in one partition of the topic.
 *
 * @param last offset of the last record it holds, event or claim; -1 for none
 * @param claim the last one; null for none
 * @param address where its owner takes appends
 */
record Progress(long last, @Nullable UUID claim, String address) {
    static final Progress NONE = new Progress(-1, null, "");

    /** Of all partitions, as text: the topic's id, then a line for each. */
    static String text(String topicId, List<Progress> all) {
        var text = new StringBuilder(topicId);
        for (var each : all) {
            text.append('\n').append(each.last).append(' ');
            text.append(each.claim == null ? "-" : each.claim).append(' ').append(each.address);
        }
        return text.toString();
    }

    /** The topic's id that {@link #text} wrote. */
    static String topicId(String text) {
        return text.lines().findFirst().orElse("");
    }

    static List<Progress> parse(String text) {
        var all = new ArrayList<Progress>();
        for (var line : text.lines().skip(1).toList()) {
            var words = line.split(" ", 3);
            all.add(
                    new Progress(
                            Long.parseLong(words[0]),
                            words[1].equals("-") ? null : UUID.fromString(words[1]),
                            words[2]));
        }
        return all;
    }
}
