package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.CatalogObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold of an object for a change to be made, {@code hash=…&mime=…&fsize=…&putTime=…}.
 *
 * @param wanted by those names
 */
record Condition(Map<String, String> wanted) {
    static final Condition NONE = new Condition(Map.of());

    Condition {
        wanted = Map.copyOf(wanted);
    }

    static Condition parse(String text) {
        var wanted = new TreeMap<String, String>();
        for (var item : text.split("&", -1)) {
            var equals = item.indexOf('=');
            var name = equals < 0 ? item : item.substring(0, equals);
            switch (name) {
                case "hash", "mime", "fsize", "putTime" ->
                        wanted.put(name, item.substring(Math.max(equals, 0) + 1));
                default -> throw Encoded.refused("a condition on nothing that is known", item);
            }
        }
        return new Condition(wanted);
    }

    /**
     * Gives the object back if it holds.
     *
     * @throws Problem.Refused 608 if it does not
     */
    CatalogObject checked(CatalogObject object) {
        wanted.forEach((name, value) -> {
            var actual =
                    switch (name) {
                        case "hash" -> object.hash();
                        case "mime" -> object.mimeType();
                        case "fsize" -> Long.toString(object.size());
                        default -> Long.toString(object.putTime());
                    };
            if (!actual.equals(value)) {
                throw Problem.of(608, "%s is %s now".formatted(name, actual)).refused();
            }
        });
        return object;
    }
}
