package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BackupEngine;
import org.rocksdb.BackupEngineOptions;
import org.rocksdb.Env;
import org.rocksdb.Options;
import org.rocksdb.RestoreOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Backups of logs in a folder, preferably on another disk: a log on RocksDB has no other replica.
 * Each is whole by itself; files that have not changed since the one before are shared. They are
 * made while the log goes on.
 *
 * @see <a href="https://github.com/facebook/rocksdb/wiki/How-to-backup-RocksDB">How to backup
 *     RocksDB</a>
 */
public final class RocksBackups {
    private final Path folder;

    static {
        RocksDB.loadLibrary();
    }

    /** Those in a folder; it is made with the first. */
    public RocksBackups(Path folder) {
        this.folder = folder;
    }

    /**
     * One of them.
     *
     * @param number from 1, the later the higher
     * @param bytes of its files, the shared ones included
     * @param holds all events up to there, and perhaps some after
     */
    public record Backup(int number, Instant time, long bytes, PositionVector holds) {}

    /**
     * Makes one.
     *
     * @throws IOException if it cannot be written; those before it are as they were
     */
    public Backup create(RocksLogDevice device) throws IOException {
        DurableFiles.createFolders(folder);
        var holds = device.store().reads().end();
        return with(engine -> {
            device.store()
                    .use(db -> {
                        engine.createNewBackupWithMetadata(db, holds.toString(), true);
                        return true;
                    });
            return backups(engine).getLast();
        });
    }

    /** The oldest first; those that are damaged are left out. */
    public List<Backup> list() throws IOException {
        return Files.isDirectory(folder) ? with(RocksBackups::backups) : List.of();
    }

    /**
     * Leaves only the last ones.
     *
     * @param count how many, at least 1
     */
    public void keep(int count) throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("at least one backup is kept, not " + count);
        }
        with(engine -> {
            engine.purgeOldBackups(count);
            return true;
        });
    }

    /**
     * Puts a log back into a folder where none is. Its files are held against their checksums.
     *
     * @param upTo takes away what came after; null for all the backup has
     * @return up to where it goes now
     * @throws IOException if there is a log, or no such backup, or the backup ends before that
     */
    public PositionVector restore(int number, Path into, @Nullable PositionVector upTo)
            throws IOException {
        return restore(number, into, upTo, _ -> {});
    }

    /** Who wants to see a log before something is taken away from it. */
    @FunctionalInterface
    public interface Witness {
        /** Opens it where it lies, and closes it again. */
        void see(Path log) throws IOException;
    }

    /**
     * The same.
     *
     * @param witness sees the log while it is whole, if there is something to be taken away
     */
    public PositionVector restore(
            int number, Path into, @Nullable PositionVector upTo, Witness witness)
            throws IOException {
        if (Files.exists(into.resolve("CURRENT"))) {
            throw new IOException("there is a log in " + into + "; nothing is put in its place");
        }
        var backup =
                list().stream()
                        .filter(each -> each.number == number)
                        .findFirst()
                        .orElseThrow(() ->
                                new IOException("no sound backup " + number + " in " + folder));
        if (upTo != null && upTo.partitions() != backup.holds.partitions()) {
            throw new IOException(
                    "not positions of this log, which has %d partitions: %s"
                            .formatted(backup.holds.partitions(), upTo));
        }
        DurableFiles.createFolders(into);
        with(engine -> {
            try (var options = new RestoreOptions(false)) {
                engine.restoreDbFromBackup(number, into.toString(), into.toString(), options);
                return true;
            }
        });
        PositionVector end;
        try (var store = new RocksStore(into, backup.holds.partitions())) {
            end = store.reads().end();
        }
        if (upTo == null) {
            return end;
        }
        if (!end.includes(upTo)) {
            destroy(into);
            throw new IOException(
                    "backup %d holds events up to %s, not up to %s"
                            .formatted(number, backup.holds, upTo));
        }
        witness.see(into);
        try (var store = new RocksStore(into, backup.holds.partitions())) {
            for (var partition = 0; partition < store.partitions(); partition++) {
                store.truncate(partition, upTo.of(partition));
            }
        }
        return upTo;
    }

    private static void destroy(Path log) throws IOException {
        try (var options = new Options()) {
            RocksDB.destroyDB(log.toString(), options);
        } catch (RocksDBException e) {
            throw new IOException("cannot take away %s: %s".formatted(log, e.getMessage()), e);
        }
    }

    private static List<Backup> backups(BackupEngine engine) {
        return engine.getBackupInfo().stream()
                .map(info ->
                        new Backup(
                                info.backupId(),
                                Instant.ofEpochSecond(info.timestamp()),
                                info.size(),
                                PositionVector.parse(info.appMetadata())))
                .toList();
    }

    private interface Work<T> {
        T with(BackupEngine engine) throws RocksDBException, IOException;
    }

    private <T> T with(Work<T> work) throws IOException {
        try (var options = new BackupEngineOptions(folder.toString()).setSync(true);
                var engine = BackupEngine.open(Env.getDefault(), options)) {
            return work.with(engine);
        } catch (RocksDBException e) {
            throw new IOException("backups in " + folder + ": " + e.getMessage(), e);
        }
    }
}
