package dev.lumiere.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way through the keys of a bucket, in the order of their UTF-8. Keys that have a delimiter
 * behind the prefix count as one, up to the delimiter, and are passed over together. A marker is
 * {@code {"c":0,"k":KEY}} in URL-safe base64, with the last key or common prefix of its page.
 *
 * @param delimiter empty for none
 * @param max how many objects and prefixes on a page together, 1 to {@value #MAX}
 * @param at second since 1970: what has expired then is passed over; 0 for nothing
 */
public record Listing(String bucket, String prefix, String delimiter, int max, long at) {
    /** Of a page. */
    public static final int MAX = 1000;

    private static final JsonMapper JSON = new JsonMapper();

    /** Behind every key that begins with what is before it. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    public Listing {
        if (max < 1 || max > MAX) {
            throw new IllegalArgumentException("page of " + max);
        }
    }

    /** The same with pages of another size. */
    Listing withMax(int other) {
        return new Listing(bucket, prefix, delimiter, other, at);
    }

    Catalog.Page page(Index index, String marker) throws IOException {
        var last = marker.isEmpty() ? "" : keyOf(marker);
        var common = commonPrefix(last);
        var from = common.isEmpty() ? last : common + LAST;
        var found = new Found(last, common);
        index.walk(inIndex(prefix), from.isEmpty() ? "" : inIndex(from), found);
        return found.page();
    }

    /** What is on a page so far. */
    private final class Found implements Index.Walker {
        private final List<CatalogObject> objects = new ArrayList<>();
        private final List<String> prefixes = new ArrayList<>();
        private String last;
        private String common;
        private boolean isFull;

        Found(String last, String common) {
            this.last = last;
            this.common = common;
        }

        @Override
        public @Nullable String on(String inIndex, byte[] packed) throws IOException {
            var key = inIndex.substring(inIndex("").length());
            var group = commonPrefix(key);
            if (!group.isEmpty() && group.equals(common)) {
                return inIndex;
            }
            var object = CatalogEntry.unpacked(bucket, key, packed).object();
            if (object.hasExpired(at)) {
                return inIndex;
            }
            if (objects.size() + prefixes.size() == max) {
                isFull = true;
                return null;
            }
            common = group;
            if (group.isEmpty()) {
                objects.add(object);
                last = key;
                return inIndex;
            }
            prefixes.add(group);
            last = group;
            return inIndex(group + LAST); // the rest of it is passed over
        }

        Catalog.Page page() {
            return new Catalog.Page(objects, prefixes, isFull ? marker(last) : "");
        }
    }

    private String inIndex(String key) {
        return ObjectIndex.objectKey(bucket, key);
    }

    /** Empty if the key stands for itself. */
    private String commonPrefix(String key) {
        if (delimiter.isEmpty() || key.length() < prefix.length()) {
            return "";
        }
        var end = key.indexOf(delimiter, prefix.length());
        return end < 0 ? "" : key.substring(0, end + delimiter.length());
    }

    /**
     * Passes if it is a marker of this list, or empty.
     *
     * @throws Problem.Refused 640 if it is none
     */
    void check(String marker) {
        if (!marker.isEmpty()) {
            keyOf(marker);
        }
    }

    static String marker(String key) {
        var json = JSON.createObjectNode().put("c", 0).put("k", key).toString();
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private String keyOf(String marker) {
        JsonNode key;
        try {
            var json = Base64.getUrlDecoder().decode(marker);
            key = JSON.readTree(new String(json, StandardCharsets.UTF_8)).path("k");
        } catch (IllegalArgumentException | JsonProcessingException _) {
            throw noMarker(marker);
        }
        if (!key.isTextual() || !key.textValue().startsWith(prefix)) {
            throw noMarker(marker);
        }
        return key.textValue();
    }

    private static Problem.Refused noMarker(String marker) {
        return Problem.of(640, "no marker of this list: " + marker).refused();
    }
}
