package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lumiere.storage.catalog.CatalogObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one object's templates by their names: magic ones, and the client's own, which
 * begin with {@code x:}. Dates are those of UTC+8, where the service that is spoken here lives.
 *
 * @see <a href="https://developer.qiniu.com/kodo/1235/vars">Magic variables</a>
 */
final class Variables {
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(8);
    private static final Map<String, DateTimeFormatter> TIMES =
            Map.of(
                    "year", DateTimeFormatter.ofPattern("yyyy"),
                    "mon", DateTimeFormatter.ofPattern("MM"),
                    "day", DateTimeFormatter.ofPattern("dd"),
                    "hour", DateTimeFormatter.ofPattern("HH"),
                    "min", DateTimeFormatter.ofPattern("mm"),
                    "sec", DateTimeFormatter.ofPattern("ss"));

    private final CatalogObject object;
    private final UploadRequest request;
    private final OffsetDateTime time;
    private final String uuid;
    private final Map<MediaFacts.Kind, Supplier<@Nullable JsonNode>> facts =
            new EnumMap<>(MediaFacts.Kind.class);

    /** Of an object as it is about to be. */
    Variables(
            CatalogObject object,
            UploadRequest request,
            Instant now,
            String uuid,
            MediaFacts media) {
        this.object = object;
        this.request = request;
        this.time = now.atOffset(ZONE);
        this.uuid = uuid;
        for (var kind : MediaFacts.Kind.values()) {
            facts.put(kind, new Once(() -> media.of(kind, object)));
        }
    }

    /** Asks when it is needed, and never twice. */
    private static final class Once implements Supplier<@Nullable JsonNode> {
        private final Supplier<@Nullable JsonNode> asking;
        private @Nullable JsonNode answer;
        private boolean asked;

        Once(Supplier<@Nullable JsonNode> asking) {
            this.asking = asking;
        }

        @Override
        public @Nullable JsonNode get() {
            if (!asked) {
                asked = true;
                answer = asking.get();
            }
            return answer;
        }
    }

    /** Null if there is no such variable, or it cannot be known. */
    @Nullable JsonNode value(String name) {
        if (name.startsWith("x:")) {
            return text(request.variables().get(name));
        }
        var format = TIMES.get(name);
        if (format != null) {
            return text(time.format(format));
        }
        return switch (name) {
            case "bucket" -> text(object.bucket());
            case "key" -> text(object.key());
            case "etag" -> text(object.hash());
            case "fname" -> text(request.fileName());
            case "fsize" -> LongNode.valueOf(object.size());
            case "mimeType" -> text(object.mimeType());
            case "endUser" -> text(object.endUser());
            case "ext" -> text(extension());
            case "fprefix" -> text(withoutExtension(request.fileName()));
            case "keybase" -> text(object.key().substring(object.key().lastIndexOf('/') + 1));
            case "uuid" -> text(uuid);
            default -> fact(name);
        };
    }

    /** Of the file's name, or else of the key; with its dot. */
    private String extension() {
        var name = request.fileName().indexOf('.') < 0 ? object.key() : request.fileName();
        var last = name.substring(name.lastIndexOf('/') + 1);
        var dot = last.lastIndexOf('.');
        return dot < 0 ? "" : last.substring(dot);
    }

    private static String withoutExtension(String name) {
        var dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private @Nullable JsonNode fact(String name) {
        var way = name.split("\\.", -1);
        for (var kind : MediaFacts.Kind.values()) {
            if (kind.variable().equals(way[0])) {
                var node = kind(kind);
                for (var step = 1; step < way.length && node != null; step++) {
                    node = node.get(way[step]);
                }
                return node;
            }
        }
        return null;
    }

    private @Nullable JsonNode kind(MediaFacts.Kind kind) {
        var supplier = facts.get(kind);
        return supplier == null ? null : supplier.get();
    }

    private static @Nullable JsonNode text(@Nullable String value) {
        return value == null ? null : TextNode.valueOf(value);
    }
}
