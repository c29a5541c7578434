package dev.lumiere.storage.catalog;

import java.time.InstantSource;

/** What the catalog's own times and interrupted changes leave to do; each node may do it. */
public final class CatalogUpkeep {
    private final Catalog catalog;
    private final InstantSource clock;

    public CatalogUpkeep(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Deletes what was moved away by somebody who did not come to delete it.
     *
     * @param max how many at most
     */
    public void finishMoves(int max) {
        for (var entry : catalog.readAll("m", max)) {
            if (entry.value().equals(CatalogProjection.BEGUN)) {
                var version = entry.key().substring(1, entry.key().indexOf('\0'));
                var name = Name.of(entry.key().substring(version.length() + 2));
                catalog.unlink(name.bucket, name.key, Long.parseLong(version));
            }
        }
    }

    /**
     * Deletes what has expired.
     *
     * @param max how many at most
     */
    public void deleteExpired(int max) {
        var now = CatalogProjection.expiryKeys(clock.instant().getEpochSecond() + 1);
        for (var entry : catalog.readAll("x", max)) {
            if (entry.key().compareTo(now) >= 0) {
                return;
            }
            var name = Name.of(entry.key().substring(now.length()));
            catalog.deleteIf(name.bucket, name.key, catalog::isExpired);
        }
    }

    private record Name(String bucket, String key) {
        static Name of(String text) {
            var end = text.indexOf('\0');
            return new Name(text.substring(0, end), text.substring(end + 1));
        }
    }
}
