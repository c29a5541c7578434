package dev.lumiere.eventlog.rocks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HashLinkedListMemTableConfig;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/** What the database of a {@link RocksStore} is opened with, and why. */
final class Tuning {
    private static final long BLOCK_CACHE_BYTES = 64 << 20;
    private static final int SHARD_BITS = 3;
    private static final long WRITE_BUFFERS_BYTES = 96 << 20;

    /** What is flushed and compacted goes to the disk bit by bit, so that no sync waits for it. */
    private static final long BYTES_PER_SYNC = 1 << 20;

    /** What is new is soon compacted, and not worth it. */
    private static final List<CompressionType> COMPRESSION =
            List.of(
                    CompressionType.NO_COMPRESSION,
                    CompressionType.NO_COMPRESSION,
                    CompressionType.LZ4_COMPRESSION,
                    CompressionType.LZ4_COMPRESSION,
                    CompressionType.LZ4_COMPRESSION,
                    CompressionType.LZ4_COMPRESSION,
                    CompressionType.LZ4_COMPRESSION);

    /** One id in a thousand is sought in a file in vain. */
    private static final double BITS_PER_ID = 14;

    private static final long ID_BUCKETS = 200_000;
    private static final int OPEN_FILES = 512;

    private Tuning() {}

    /** Each event comes after the last of its partition, where it need not be sought. */
    private static ColumnFamilyOptions inserted() {
        var properties = new Properties();
        properties.setProperty(
                "memtable_insert_with_hint_prefix_extractor",
                "rocksdb.FixedPrefix." + Integer.BYTES);
        return ColumnFamilyOptions.getColumnFamilyOptionsFromProps(properties);
    }

    static DBOptions options(Natives natives) {
        return natives.own(
                new DBOptions()
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                        .setParanoidChecks(true)
                        .setAllowConcurrentMemtableWrite(false)
                        .setBytesPerSync(BYTES_PER_SYNC)
                        .setDbWriteBufferSize(WRITE_BUFFERS_BYTES)
                        .setMaxOpenFiles(OPEN_FILES)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setKeepLogFileNum(2));
    }

    /** In the order of {@link Database.Kind}, after the default one. */
    static List<ColumnFamilyDescriptor> families(Natives natives) {
        var cache = natives.own(new LRUCache(BLOCK_CACHE_BYTES, SHARD_BITS));
        var filter = natives.own(new BloomFilter(BITS_PER_ID));
        var descriptors = new ArrayList<ColumnFamilyDescriptor>();
        for (var name : List.of("default", "events", "streams", "names", "ids")) {
            var table =
                    new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setCacheIndexAndFilterBlocks(true)
                            .setPinL0FilterAndIndexBlocksInCache(true);
            if (name.equals("names") || name.equals("ids")) {
                // in pieces: of a large file a whole filter would not fit into a shard of the cache
                table.setFilterPolicy(filter)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setPinTopLevelIndexAndFilter(true);
            }
            var options =
                    (name.equals("events") ? inserted() : new ColumnFamilyOptions())
                            .setTableFormatConfig(table)
                            .setCompressionPerLevel(COMPRESSION);
            if (name.equals("ids")) { // which are looked up, and never read in order
                options.useFixedLengthPrefixExtractor(Keys.ID_BYTES)
                        .setMemTableConfig(
                                new HashLinkedListMemTableConfig().setBucketCount(ID_BUCKETS));
            }
            descriptors.add(
                    new ColumnFamilyDescriptor(
                            name.getBytes(StandardCharsets.US_ASCII), natives.own(options)));
        }
        return descriptors;
    }
}
