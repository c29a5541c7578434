package dev.lumiere.eventlog.personal;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Keys of subjects in a folder of one process. Each is a file named by the SHA-256 of its subject,
 * wrapped by the key in {@code master.key}, which only its owner may read. An erased one leaves a
 * file that says so, durable before the key is overwritten and deleted. Lost with the folder or
 * with the master key, all that was sealed is lost.
 *
 * <p><b>What a disk may still hold:</b> a file is overwritten where it lies as far as the file
 * system goes; flash memory, copy-on-write file systems, their snapshots, and backups of this
 * folder keep older bytes until they use them anew. Those are of use only to who has the master key
 * too: keep that on another medium, and keep backups of this folder for as short a time as an
 * erasure may take. After such a backup is restored, what was erased since is to be erased again.
 */
public final class FolderSubjectKeys implements SubjectKeys, AutoCloseable {
    private static final int ID_BYTES = 36;
    private static final String MASTER = "master.key";

    private final Path folder;
    private final FileChannel lock;
    private final MasterKey master;

    /**
     * Opens a folder, or begins one where there is none.
     *
     * @throws IOException if another process has it, or others may read its master key
     */
    public FolderSubjectKeys(Path folder) throws IOException {
        this.folder = folder;
        DurableFiles.createFolders(
                folder.resolve("subjects"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        lock =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        var done = false;
        try {
            takeLock();
            master = masterKey();
            done = true;
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private void takeLock() throws IOException {
        try {
            if (lock.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("the keys in " + folder + " are in use", e);
        }
        throw new IOException("the keys in " + folder + " are in use by another process");
    }

    private MasterKey masterKey() throws IOException {
        var file = folder.resolve(MASTER);
        if (!Files.exists(file)) {
            try (var subjects = Files.list(folder.resolve("subjects"))) {
                if (subjects.findAny().isPresent()) {
                    throw new IOException("keys without their master key: " + file);
                }
            }
            write(file, SubjectKey.randomBytes());
        }
        return MasterKey.read(file);
    }

    /** Whole and durable, for its owner alone. */
    private static void write(Path file, byte[] bytes) throws IOException {
        var beginning = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beginning);
        Files.createFile(
                beginning,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        overwrite(beginning, bytes);
        DurableFiles.replace(file, beginning);
    }

    private static void overwrite(Path file, byte[] bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    @Override
    public synchronized SubjectKey keyOf(String subject) throws IOException {
        var file = file(Personal.checked(subject), "key");
        if (isErased(subject)) {
            throw new ErasedSubjectException(subject);
        }
        if (Files.exists(file)) {
            return read(subject, file);
        }
        var id = UUID.randomUUID().toString();
        var key = SubjectKey.randomBytes();
        var wrapped = master.wrap(subject, id, key);
        write(
                file,
                ByteBuffer.allocate(ID_BYTES + wrapped.length)
                        .put(id.getBytes(StandardCharsets.US_ASCII))
                        .put(wrapped)
                        .array());
        return new SubjectKey(id, key);
    }

    @Override
    public synchronized Found find(String subject, String id) throws IOException {
        if (isErased(subject)) {
            return new Found.Erased();
        }
        var file = file(subject, "key");
        if (!Files.exists(file)) {
            return new Found.Unknown();
        }
        var key = read(subject, file);
        return key.id().equals(id) ? new Found.Present(key) : new Found.Unknown();
    }

    private SubjectKey read(String subject, Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < ID_BYTES) {
            throw new IOException("no key of a subject: " + file);
        }
        var id = new byte[ID_BYTES];
        bytes.get(id);
        var wrapped = new byte[bytes.remaining()];
        bytes.get(wrapped);
        var name = new String(id, StandardCharsets.US_ASCII);
        try {
            return master.unwrap(subject, name, wrapped);
        } catch (GeneralSecurityException e) {
            throw new IOException("not wrapped by this master key: " + file, e);
        }
    }

    @Override
    public synchronized void erase(String subject) throws IOException {
        if (!isErased(subject)) {
            write(file(Personal.checked(subject), "erased"), new byte[0]);
            destroyKeyOf(subject);
        }
    }

    /** Whatever a process that was killed meanwhile has left is destroyed now. */
    private boolean isErased(String subject) throws IOException {
        if (!Files.exists(file(subject, "erased"))) {
            return false;
        }
        destroyKeyOf(subject);
        return true;
    }

    /** Also one that was about to be made when a process was killed. */
    private void destroyKeyOf(String subject) throws IOException {
        destroy(file(subject, "key"));
        destroy(file(subject, "key.new"));
    }

    private static void destroy(Path file) throws IOException {
        if (Files.exists(file)) {
            overwrite(file, new byte[(int) Files.size(file)]);
            Files.delete(file);
            DurableFiles.syncFolderOf(file);
        }
    }

    private Path file(String subject, String kind) {
        var name = HexFormat.of().formatHex(Personal.hash(subject)) + "." + kind;
        return folder.resolve("subjects").resolve(name);
    }

    /** For another process to open it. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
