package dev.lumiere.service.file;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A regular file, open for reading until it is closed. Any thread may use it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class OpenFile implements AutoCloseable {
    private static final int NONE = -1;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int FILE_TYPE = 0xF000;
    private static final int REGULAR = 0x8000;

    private static final long O_PATH = 0x200000L;
    private static final long O_CLOEXEC = 0x80000L;

    /** Without it the opening of a pipe would wait for somebody to write to it. */
    private static final long O_NONBLOCK = 0x800L;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** Against sealing less, shrinking, growing and writing. */
    private static final int ALL_SEALS = 1 | 2 | 4 | 8;

    private static final long NO_MAGIC_LINKS = 0x02;
    private static final long NO_SYMLINKS = 0x04;
    private static final long BENEATH = 0x08;

    private final Facts facts;
    private final boolean mayBeHanded;
    private int descriptor;
    private @Nullable FileChannel channel;
    private boolean closed;

    /**
     * What the system says of the file that is open.
     *
     * @param device number, as {@code stat} gives it
     * @param size in bytes
     * @param modified when its bytes last changed, to the nanosecond
     */
    public record Facts(long device, long inode, long size, Instant modified) {}

    private OpenFile(
            int descriptor, @Nullable FileChannel channel, Facts facts, boolean mayBeHanded) {
        this.mayBeHanded = mayBeHanded;
        this.descriptor = descriptor;
        this.channel = channel;
        this.facts = facts;
    }

    /** What is open already, with facts found some other way. It has no descriptor to hand on. */
    public static OpenFile of(FileChannel channel, Facts facts) {
        return new OpenFile(NONE, channel, facts, false);
    }

    /**
     * Opens a file below a folder. No link on the way below it is followed, nor any {@code ..} out
     * of it, whatever others do there meanwhile.
     *
     * @param folder may be reached through links
     * @param way from the folder to the file
     * @throws NoSuchFileException if there is no regular file there
     * @throws AccessDeniedException if it may not be read
     * @throws UnsupportedOperationException where the system cannot do this (Linux before 5.6)
     * @throws IOException if the disk fails
     */
    public static OpenFile beneath(Path folder, Path way) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var root =
                    Libc.openat2(
                            AT_FDCWD,
                            arena.allocateFrom(folder.toString()),
                            how(arena, O_PATH | O_CLOEXEC, 0));
            check(root, folder);
            try {
                var file =
                        Libc.openat2(
                                root,
                                arena.allocateFrom(way.toString()),
                                how(
                                        arena,
                                        O_NONBLOCK | O_CLOEXEC,
                                        BENEATH | NO_SYMLINKS | NO_MAGIC_LINKS));
                check(file, folder.resolve(way));
                return opened(file, folder.resolve(way));
            } finally {
                Libc.close(root);
            }
        }
    }

    /**
     * A copy of the bytes, in memory of the system and sealed: nobody can change it, whoever it is
     * handed to and whatever becomes of the file.
     *
     * @throws IOException if the file cannot be read, or is shorter than it was
     */
    public OpenFile sealed() throws IOException {
        var copy = memoryFile("source");
        var done = false;
        try {
            copyTo(copy);
            var failed = Libc.fcntl(copy, F_ADD_SEALS, ALL_SEALS);
            if (failed < 0) {
                throw new IOException("cannot seal: error " + -failed);
            }
            done = true;
            return new OpenFile(copy, null, facts, true);
        } finally {
            if (!done) {
                Libc.close(copy);
            }
        }
    }

    /**
     * An empty file in memory of the system, to be written by who it is handed to. What came of
     * that {@link #current} tells; it can change until a {@link #sealed} copy is made.
     */
    public static OpenFile inMemory() throws IOException {
        var file = memoryFile("output");
        try {
            return new OpenFile(file, null, Objects.requireNonNull(facts(file)), true);
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(file);
            throw e;
        }
    }

    private static int memoryFile(String name) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var file = Libc.memfdCreate(arena.allocateFrom(name), MFD_CLOEXEC | MFD_ALLOW_SEALING);
            if (file < 0) {
                throw new IOException("no memory file: error " + -file);
            }
            return file;
        }
    }

    /**
     * The same file as it is now, to be closed by who asked for it.
     *
     * @throws ClosedChannelException if this is closed, or has no descriptor
     */
    public OpenFile current() throws IOException {
        var copy = duplicate();
        try {
            return new OpenFile(copy, null, Objects.requireNonNull(facts(copy)), mayBeHanded);
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(copy);
            throw e;
        }
    }

    /**
     * Writes all of the bytes.
     *
     * @param bytes native memory
     * @param offset where the first goes
     * @throws IOException if it cannot be written, as if it is sealed
     */
    public synchronized void write(MemorySegment bytes, long offset) throws IOException {
        for (var written = 0L; written < bytes.byteSize(); ) {
            if (closed || descriptor == NONE) {
                throw new ClosedChannelException();
            }
            var more = Libc.pwrite(descriptor, bytes.asSlice(written), offset + written);
            if (more <= 0) {
                throw new IOException("cannot write: error " + -more);
            }
            written += more;
        }
    }

    /** Through Java's channels, which let other virtual threads go on while a disk is slow. */
    private void copyTo(int descriptor) throws IOException {
        try (var from = newChannel();
                var to = FileChannel.open(path(descriptor), StandardOpenOption.WRITE)) {
            for (var copied = 0L; copied < facts.size(); ) {
                var more = from.transferTo(copied, facts.size() - copied, to);
                if (more <= 0) {
                    throw new EOFException("shorter than it was");
                }
                copied += more;
            }
        }
    }

    /** Takes over a descriptor that is open. */
    static OpenFile opened(int descriptor, Path path) throws IOException {
        try {
            var facts = facts(descriptor);
            if (facts == null) {
                throw new NoSuchFileException(path.toString(), null, "not a regular file");
            }
            return new OpenFile(descriptor, null, facts, false);
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(descriptor);
            throw e;
        }
    }

    /** As they were when it was opened. */
    public Facts facts() {
        return facts;
    }

    /** In bytes, when it was opened. */
    public long size() {
        return facts.size();
    }

    /** Whether it is a {@link #sealed} copy or made to be written by others. */
    boolean mayBeHanded() {
        return mayBeHanded;
    }

    /** Whether the system knows it by a number, which {@link #sealed} needs. */
    public synchronized boolean hasDescriptor() {
        return descriptor != NONE && !closed;
    }

    /**
     * Reads until {@code into} is full or the file ends.
     *
     * @param into native memory
     * @return how many bytes, fewer than there is room for only at the end
     * @throws ClosedChannelException if it is closed
     */
    public synchronized long read(MemorySegment into, long offset) throws IOException {
        var read = 0L;
        while (read < into.byteSize()) {
            var more = readSome(into.asSlice(read), offset + read);
            if (more <= 0) {
                break;
            }
            read += more;
        }
        return read;
    }

    private long readSome(MemorySegment into, long offset) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (descriptor == NONE) {
            return channel().read(into.asByteBuffer(), offset);
        }
        var read = Libc.pread(descriptor, into, offset);
        if (read < 0) {
            throw new IOException("cannot read: error " + -read);
        }
        return read;
    }

    /**
     * The same file as a channel, which is closed with it.
     *
     * @throws ClosedChannelException if it is closed
     */
    public synchronized FileChannel channel() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (channel == null) {
            channel = newChannel();
        }
        return channel;
    }

    /**
     * The same file as a channel of its own, to be closed by who asked for it. There is none of a
     * file without a descriptor.
     *
     * @throws ClosedChannelException if it is closed, or has no descriptor
     */
    public synchronized FileChannel newChannel() throws IOException {
        if (closed || descriptor == NONE) {
            throw new ClosedChannelException();
        }
        return FileChannel.open(path(descriptor), StandardOpenOption.READ);
    }

    /** Opens what is behind the descriptor, not a path anew. */
    private static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /**
     * The same file as a channel, in place of this, which is closed, also if that fails.
     *
     * @throws ClosedChannelException if it is closed
     */
    public synchronized FileChannel intoChannel() throws IOException {
        try {
            var mine = channel();
            channel = null;
            return mine;
        } finally {
            close();
        }
    }

    /**
     * Another descriptor of the same open file, to be closed by who asked for it.
     *
     * @throws ClosedChannelException if it is closed, or has none
     */
    synchronized int duplicate() throws IOException {
        if (closed || descriptor == NONE) {
            throw new ClosedChannelException();
        }
        var copy = Libc.fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw new IOException("no more files can be opened: error " + -copy);
        }
        return copy;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (descriptor != NONE) {
            Libc.close(descriptor);
            descriptor = NONE;
        }
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // nothing was written
            }
        }
    }

    /** Null if it is no regular file. */
    private static @Nullable Facts facts(int descriptor) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var stat = arena.allocate(STATX_BYTES, Long.BYTES);
            var failed =
                    Libc.statx(
                            descriptor,
                            arena.allocateFrom(""),
                            AT_EMPTY_PATH,
                            STATX_BASIC_STATS,
                            stat);
            if (failed < 0) {
                throw new IOException("cannot look at an open file: error " + -failed);
            }
            if ((stat.get(JAVA_SHORT, 28) & FILE_TYPE) != REGULAR) {
                return null;
            }
            return new Facts(
                    device(stat.get(JAVA_INT, 136), stat.get(JAVA_INT, 140)),
                    stat.get(JAVA_LONG, 32),
                    stat.get(JAVA_LONG, 40),
                    Instant.ofEpochSecond(stat.get(JAVA_LONG, 112), stat.get(JAVA_INT, 120)));
        }
    }

    /** glibc's {@code makedev}. */
    private static long device(int major, int minor) {
        return (major & 0xfffff000L) << 32
                | (major & 0xfffL) << 8
                | (minor & 0xffffff00L) << 12
                | (minor & 0xffL);
    }

    /** {@code struct open_how}: flags, mode, resolve. */
    private static MemorySegment how(Arena arena, long flags, long resolve) {
        return arena.allocateFrom(JAVA_LONG, flags, 0, resolve);
    }

    private static void check(int result, Path path) throws IOException {
        if (result >= 0) {
            return;
        }
        switch (-result) {
            case Libc.ENOENT, Libc.ENOTDIR, Libc.ELOOP, Libc.EXDEV, Libc.ENAMETOOLONG, Libc.ENXIO ->
                    throw new NoSuchFileException(path.toString());
            case Libc.EACCES -> throw new AccessDeniedException(path.toString());
            case Libc.ENOSYS, Libc.EPERM ->
                    throw new UnsupportedOperationException("no openat2 here: error " + -result);
            default -> throw new FileSystemException(path.toString(), null, "error " + -result);
        }
    }
}
