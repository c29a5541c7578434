package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.rocks.Natives;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.WriteBufferManager;

/**
 * What the indexes of all views of a process have in memory together, and what they are opened
 * with: blocks that were read and entries that are not in files yet, a sixty-fourth of the memory
 * of the machine or container, at least 64 MiB and at most 1 GiB, as far as there is so much to
 * keep. Besides, each has where in its files what is: about three bytes an entry. To be used when
 * the library is loaded.
 */
final class ViewMemory {
    private static final int PART = 64;
    private static final long LEAST_BYTES = 64 << 20;
    private static final long MOST_BYTES = 1 << 30;
    private static final int SHARD_BITS = 4;

    /** So much of it may be entries that are not in files yet. */
    private static final int UNWRITTEN_PART = 4;

    /** Of each key: a hundredth of those that are not there are looked for in vain. */
    private static final double FILTER_BITS = 10;

    /** Entries that are compared one by one, where the hash of a key does not lead to it. */
    private static final int RESTART_INTERVAL = 4;

    private static final double HASHES_TO_SLOTS = 0.75;

    /** After that a view writes what it has of it to a file. */
    private static final long UNWRITTEN_BYTES = 8 << 20;

    /**
     * The part of that which is a filter: without one, each key is searched among all that is not
     * in files yet before any file is asked. It is there from the beginning, in each family of each
     * view, and counts; so it may not be much of what all have together.
     */
    private static final double UNWRITTEN_FILTER = 0.03;

    private static final Cache CACHE;
    private static final WriteBufferManager UNWRITTEN;

    static {
        var bytes = Math.clamp(memory() / PART, LEAST_BYTES, MOST_BYTES);
        CACHE = new HyperClockCache(bytes, 0, SHARD_BITS, false);
        UNWRITTEN = new WriteBufferManager(bytes / UNWRITTEN_PART, CACHE);
    }

    private ViewMemory() {}

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : LEAST_BYTES;
    }

    static DBOptions options(Natives natives, boolean mayBeNew) {
        return natives.own(
                new DBOptions()
                        .setCreateIfMissing(mayBeNew)
                        .setCreateMissingColumnFamilies(mayBeNew)
                        .setWriteBufferManager(UNWRITTEN)
                        .setAllowFAllocate(
                                false) // else each view has a whole buffer's room at once
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setKeepLogFileNum(2));
    }

    static List<ColumnFamilyDescriptor> families(Natives natives, String... names) {
        var filter = natives.own(new BloomFilter(FILTER_BITS));
        var table =
                new BlockBasedTableConfig()
                        .setBlockCache(CACHE)
                        .setFilterPolicy(filter)
                        .setBlockRestartInterval(RESTART_INTERVAL)
                        .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                        .setDataBlockHashTableUtilRatio(HASHES_TO_SLOTS);
        return List.of(names).stream()
                .map(name ->
                        new ColumnFamilyDescriptor(
                                name.getBytes(StandardCharsets.US_ASCII),
                                natives.own(
                                        new ColumnFamilyOptions()
                                                .setTableFormatConfig(table)
                                                .setWriteBufferSize(UNWRITTEN_BYTES)
                                                .setMemtableWholeKeyFiltering(true)
                                                .setMemtablePrefixBloomSizeRatio(UNWRITTEN_FILTER)
                                                .setCompressionType(
                                                        CompressionType.LZ4_COMPRESSION))))
                .toList();
    }
}
