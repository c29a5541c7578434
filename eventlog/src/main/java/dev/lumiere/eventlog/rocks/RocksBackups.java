package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BackupEngine;
import org.rocksdb.BackupEngineOptions;
import org.rocksdb.Env;
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
     * Puts a log back into a folder where nothing is. Its files are held against their checksums.
     * All is done in a folder beside, {@code NAME.restoring}, which takes its place when it is
     * done: what is interrupted leaves nothing there, and can be done again.
     *
     * @param upTo takes away what came after; null for all the backup has
     * @return up to where it goes now
     * @throws IOException if there is a log, or no such backup, or the backup ends before that
     */
    public PositionVector restore(int number, Path into, @Nullable PositionVector upTo)
            throws IOException {
        return restore(number, into, upTo, _ -> {});
    }

    /** Who has something to do before a log from which something is taken away is in its place. */
    @FunctionalInterface
    public interface Witness {
        /** Opens it where it lies while it is whole, and closes it again. */
        void before(Path log) throws IOException;

        /** Opens it where it lies when it ends where it shall, and closes it again. */
        default void after(Path log) throws IOException {}
    }

    /**
     * The same.
     *
     * @param witness is called if something may have to be taken away
     */
    public PositionVector restore(
            int number, Path into, @Nullable PositionVector upTo, Witness witness)
            throws IOException {
        failIfSomethingIsIn(into);
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
        var place = Files.exists(into) ? into.toRealPath() : into.toAbsolutePath();
        var beside = place.resolveSibling(place.getFileName() + ".restoring");
        delete(beside); // of one that was interrupted
        try {
            var end = restoreBeside(backup, beside, upTo, witness);
            DurableFiles.replace(place, beside);
            return end;
        } finally {
            delete(beside);
        }
    }

    private static void failIfSomethingIsIn(Path place) throws IOException {
        if (Files.exists(place.resolve("CURRENT"))) {
            throw new IOException("there is a log in " + place + "; nothing is put in its place");
        }
        if (Files.exists(place)) {
            try (var files = Files.list(place)) {
                if (files.findAny().isPresent()) {
                    throw new IOException(
                            place + " is not empty; nothing is put in the place of what is there");
                }
            }
        }
    }

    private PositionVector restoreBeside(
            Backup backup, Path beside, @Nullable PositionVector upTo, Witness witness)
            throws IOException {
        DurableFiles.createFolders(beside);
        with(engine -> {
            var path = beside.toString();
            try (var options = new RestoreOptions(false)) {
                engine.restoreDbFromBackup(backup.number, path, path, options);
                return true;
            }
        });
        PositionVector end;
        try (var store = new RocksStore(beside, backup.holds.partitions())) {
            end = store.reads().end();
        }
        if (upTo == null) {
            return end;
        }
        if (!end.includes(upTo)) {
            throw new IOException(
                    "backup %d holds events up to %s, not up to %s"
                            .formatted(backup.number, backup.holds, upTo));
        }
        witness.before(beside);
        try (var store = new RocksStore(beside, backup.holds.partitions())) {
            for (var partition = 0; partition < store.partitions(); partition++) {
                store.truncate(partition, upTo.of(partition));
            }
        }
        witness.after(beside);
        return upTo;
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var paths = Files.walk(tree)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
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
