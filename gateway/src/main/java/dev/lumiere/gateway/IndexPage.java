package dev.lumiere.gateway;

import dev.lumiere.storage.rule.BucketRules;
import java.util.ArrayList;
import java.util.List;

/** What is shown of a folder: the page of a site that has nothing under the folder's own name. */
final class IndexPage {
    private static final List<String> NAMES = List.of("index.html", "index.htm");

    private IndexPage() {}

    static boolean isWanted(String key, BucketRules rules) {
        return rules.servesIndex() && (key.isEmpty() || key.endsWith("/"));
    }

    /** Also the pages of the folder that was asked for, if nothing else is there. */
    static List<Reading> after(List<Reading> readings) {
        var all = new ArrayList<>(readings);
        var folder =
                readings.stream()
                        .filter(reading -> !reading.isStyled())
                        .findFirst()
                        .orElse(readings.getLast());
        NAMES.forEach(name -> all.add(folder.of(folder.address().key() + name)));
        return all;
    }
}
