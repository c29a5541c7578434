package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.rule.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an origin calls an object, and what the catalog has of one that was there. */
final class OriginObjects {
    private static final int EXISTS = 614;
    private static final String UNESCAPED = "-._~/";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final Catalog catalog;
    private final InstantSource clock;

    OriginObjects(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Whether an origin is not even asked for it: nothing, too much, control characters, and
     * segments that would lead out of the origin's path.
     */
    static boolean isNeverThere(String key) {
        if (key.isEmpty()
                || !ObjectKey.fits(key)
                || key.chars().anyMatch(Character::isISOControl)) {
            return true;
        }
        for (var segment : key.split("[/\\\\]", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return true;
            }
        }
        return false;
    }

    /** Where an origin has a key. */
    static String url(Origin origin, String key) {
        var url = new StringBuilder(origin.url()).append('/');
        for (var b : key.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= '0' && b <= '9')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= 'a' && b <= 'z')
                    || UNESCAPED.indexOf(b) >= 0) {
                url.append((char) b);
            } else {
                HEX.toHexDigits(url.append('%'), b);
            }
        }
        return url.toString();
    }

    /**
     * What is sent.
     *
     * @param there what is here already; null if nothing is
     * @param via through which mirrors
     */
    static Map<String, String> headers(Origin origin, @Nullable CatalogObject there, String via) {
        var headers = new HashMap<String, String>();
        headers.put(Via.HEADER, via);
        if (!origin.host().isEmpty()) {
            headers.put("Host", origin.host());
        }
        var known = there == null ? Map.<String, String>of() : there.metadata();
        var etag = known.get(Origin.ETAG);
        var modified = known.get(Origin.MODIFIED);
        if (etag != null && !etag.isEmpty() && etag.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            headers.put("If-None-Match", etag);
        } else if (modified != null && modified.matches("[0-9]{1,10}")) {
            var second = Instant.ofEpochSecond(Long.parseLong(modified));
            headers.put("If-Modified-Since", HTTP_DATE.format(second));
        }
        return headers;
    }

    @Nullable CatalogObject find(String bucket, String key) {
        return catalog.find(bucket, key);
    }

    /** Whether its content came from an origin. */
    static boolean isPulled(CatalogObject object) {
        return object.metadata().containsKey(Origin.ETAG)
                || object.metadata().containsKey(Origin.MODIFIED);
    }

    /**
     * An object of what came.
     *
     * @param there what is here already, whose properties stay; null if nothing is
     */
    CatalogObject of(
            String bucket, String key, Sources.Taken.Here here, @Nullable CatalogObject there) {
        var blob = here.content().blob();
        var fresh = CatalogObject.of(bucket, key, blob, here.mimeType(key), clock.instant());
        var alike = there == null ? fresh : fresh.like(there);
        var metadata = new HashMap<>(alike.metadata());
        var modified = second(here.lastModified());
        putOrRemove(metadata, Origin.MODIFIED, modified);
        putOrRemove(
                metadata, Origin.ETAG, modified == null && here.etag() == null ? "" : here.etag());
        return alike.with(metadata);
    }

    /**
     * Puts it in place of what it was asked instead of, and of nothing else.
     *
     * @return what is here now, something else if somebody else was first; null if nothing is
     */
    @Nullable CatalogObject put(CatalogObject object, @Nullable CatalogObject there) {
        if (there == null) {
            return putFirst(object);
        }
        return there.equals(object.at(object.bucket(), object.key(), there.putTime()))
                ? there
                : catalog.replace(there, object);
    }

    private @Nullable CatalogObject putFirst(CatalogObject object) {
        try {
            return catalog.put(object, IfExists.KEEP_SAME);
        } catch (Problem.Refused e) {
            if (e.problem().status() != EXISTS) {
                throw e;
            }
            return find(object.bucket(), object.key());
        }
    }

    private static void putOrRemove(
            Map<String, String> metadata, String name, @Nullable String value) {
        if (value == null) {
            metadata.remove(name);
        } else {
            metadata.put(name, value);
        }
    }

    /** Null if it is no time, or one to come. */
    private @Nullable String second(@Nullable String lastModified) {
        if (lastModified == null) {
            return null;
        }
        try {
            var time = DateTimeFormatter.RFC_1123_DATE_TIME.parse(lastModified, Instant::from);
            return time.isAfter(clock.instant()) || time.getEpochSecond() < 0
                    ? null
                    : Long.toString(time.getEpochSecond());
        } catch (DateTimeParseException _) {
            return null;
        }
    }
}
