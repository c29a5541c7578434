package dev.lumiere.storage.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One page of the lists of several partitions, merged in the order of keys. Of each so much is
 * asked as its share of the page may be, and more where that was not enough.
 */
final class MergedPages {
    /** In the order in which indexes have them. */
    private static final Comparator<String> UTF_8 =
            Comparator.comparing(
                    key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final int SPARE = 16;

    private final Listing listing;
    private final Listing shares;

    /** A page as a listing says, of so many partitions. */
    MergedPages(Listing listing, int partitions) {
        this.listing = listing;
        shares = listing.withMax(Math.min(listing.max(), 2 * listing.max() / partitions + SPARE));
    }

    /**
     * What stands on a page.
     *
     * @param object null for a common prefix
     */
    private record Item(String key, @Nullable CatalogObject object) {}

    /** What is known of the list of a partition. */
    private final class Cursor {
        private final CatalogPartition partition;
        private final Deque<Item> items = new ArrayDeque<>();
        private String marker;
        private boolean isWhole;

        Cursor(CatalogPartition partition, String marker) {
            this.partition = partition;
            this.marker = marker;
        }

        Cursor fill() throws IOException, InterruptedException {
            while (items.isEmpty() && !isWhole) {
                var page = partition.page(shares, marker);
                var all = new ArrayList<Item>();
                page.objects().forEach(object -> all.add(new Item(object.key(), object)));
                page.prefixes().forEach(prefix -> all.add(new Item(prefix, null)));
                all.sort(Comparator.comparing(Item::key, UTF_8));
                items.addAll(all);
                marker = page.next();
                isWhole = marker.isEmpty();
                if (all.isEmpty() && !isWhole) {
                    throw new IOException("a page without anything that is not the last");
                }
            }
            return this;
        }

        String first() {
            return items.getFirst().key;
        }
    }

    /**
     * The page behind a marker.
     *
     * @throws IOException if one of the partitions cannot be read
     */
    Catalog.Page page(List<CatalogPartition> partitions, String marker)
            throws IOException, InterruptedException {
        var order = new PriorityQueue<Cursor>(Comparator.comparing(Cursor::first, UTF_8));
        for (var cursor : filled(partitions, marker)) {
            if (!cursor.items.isEmpty()) {
                order.add(cursor);
            }
        }
        var objects = new ArrayList<CatalogObject>();
        var prefixes = new ArrayList<String>();
        var last = "";
        for (var cursor = order.poll(); cursor != null; cursor = order.poll()) {
            var item = cursor.items.removeFirst();
            var isAnother = item.object != null || !item.key.equals(last);
            if (isAnother && objects.size() + prefixes.size() == listing.max()) {
                return new Catalog.Page(objects, prefixes, Listing.marker(last));
            }
            if (item.object != null) {
                objects.add(item.object);
            } else if (isAnother) {
                prefixes.add(item.key);
            }
            last = item.key;
            if (!cursor.fill().items.isEmpty()) {
                order.add(cursor);
            }
        }
        return new Catalog.Page(objects, prefixes, "");
    }

    /** The first of each, all asked at once. */
    private List<Cursor> filled(List<CatalogPartition> partitions, String marker)
            throws IOException, InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var filling = new ArrayList<Future<Cursor>>();
            for (var partition : partitions) {
                filling.add(threads.submit(() -> new Cursor(partition, marker).fill()));
            }
            var filled = new ArrayList<Cursor>();
            for (var each : filling) {
                filled.add(each.get());
            }
            return filled;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IOException(e);
            }
        }
    }
}
