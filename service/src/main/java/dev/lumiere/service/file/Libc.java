package dev.lumiere.service.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that Java has no other way to. Each gives what the function
 * returned, or the negative {@code errno} where that was -1; an interrupted one is called again.
 */
final class Libc {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ENXIO = 6;
    static final int EACCES = 13;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;

    private static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_IN =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPENAT2 =
            function("syscall", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle STATX =
            function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle PREAD =
            function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE =
            function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEMFD_CREATE =
            function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle FCNTL =
            function("fcntl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET =
            function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT =
            function("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SET_OPTION =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND =
            function("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECEIVE =
            function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    private Libc() {}

    /** A call of a function with its arguments filled in. */
    @FunctionalInterface
    private interface Call {
        long with(MemorySegment errno) throws Throwable;
    }

    static int openat2(int folder, MemorySegment path, MemorySegment how) {
        // glibc has no function of this name; the number is the same on every architecture
        return (int)
                result(errno ->
                        (long) OPENAT2.invokeExact(errno, 437L, folder, path, how, how.byteSize()));
    }

    static int statx(int folder, MemorySegment path, int flags, int mask, MemorySegment into) {
        return (int)
                result(errno -> (int) STATX.invokeExact(errno, folder, path, flags, mask, into));
    }

    static long pread(int file, MemorySegment into, long offset) {
        return result(
                errno -> (long) PREAD.invokeExact(errno, file, into, into.byteSize(), offset));
    }

    static long pwrite(int file, MemorySegment bytes, long offset) {
        return result(
                errno -> (long) PWRITE.invokeExact(errno, file, bytes, bytes.byteSize(), offset));
    }

    static int memfdCreate(MemorySegment name, int flags) {
        return (int) result(errno -> (int) MEMFD_CREATE.invokeExact(errno, name, flags));
    }

    static int fcntl(int descriptor, int command, int argument) {
        return (int) result(errno -> (int) FCNTL.invokeExact(errno, descriptor, command, argument));
    }

    /** Never called again: the descriptor is free however it ends. */
    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Linker.Option.captureStateLayout());
            var _ = (int) CLOSE.invokeExact(errno, descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int socket(int family, int type) {
        return (int) result(errno -> (int) SOCKET.invokeExact(errno, family, type, 0));
    }

    static int connect(int socket, MemorySegment address) {
        return (int)
                result(errno ->
                        (int)
                                CONNECT.invokeExact(
                                        errno, socket, address, (int) address.byteSize()));
    }

    static int setsockopt(int socket, int level, int option, MemorySegment value) {
        return (int)
                result(errno ->
                        (int)
                                SET_OPTION.invokeExact(
                                        errno,
                                        socket,
                                        level,
                                        option,
                                        value,
                                        (int) value.byteSize()));
    }

    static long send(int socket, MemorySegment bytes, int flags) {
        return result(
                errno -> (long) SEND.invokeExact(errno, socket, bytes, bytes.byteSize(), flags));
    }

    static long recvmsg(int socket, MemorySegment message, int flags) {
        return result(errno -> (long) RECEIVE.invokeExact(errno, socket, message, flags));
    }

    private static long result(Call call) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Linker.Option.captureStateLayout());
            while (true) {
                var returned = call.with(errno);
                if (returned >= 0) {
                    return returned;
                }
                var error = (int) ERRNO_IN.get(errno, 0L);
                if (error != EINTR) {
                    return -error;
                }
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static RuntimeException impossible(Throwable thrown) {
        return switch (thrown) {
            case Error error -> throw error;
            case RuntimeException bug -> bug;
            default -> new IllegalStateException(thrown);
        };
    }

    private static MethodHandle function(
            String name, ValueLayout returns, ValueLayout... arguments) {
        var function = LINKER.defaultLookup().findOrThrow(name);
        var type = FunctionDescriptor.of(returns, arguments);
        return switch (name) {
            case "syscall" -> LINKER.downcallHandle(function, type, ERRNO, variadicFrom(1));
            case "fcntl" -> LINKER.downcallHandle(function, type, ERRNO, variadicFrom(2));
            default -> LINKER.downcallHandle(function, type, ERRNO);
        };
    }

    private static Linker.Option variadicFrom(int argument) {
        return Linker.Option.firstVariadicArg(argument);
    }
}
