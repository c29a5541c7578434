package dev.lumiere.platform.node;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A Unix socket that has a name but no file, which Java knows nothing of: not the view of files
 * keeps a process from it, but its network namespace alone.
 */
final class AbstractSocket implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;

    private final int descriptor;

    private AbstractSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    static AbstractSocket listening(String name) throws IOException {
        var socket = addressed("bind", name);
        socket.check(call("listen", socket.descriptor, 1), "listen");
        return socket;
    }

    static AbstractSocket connected(String name) throws IOException {
        return addressed("connect", name);
    }

    private static AbstractSocket addressed(String function, String name) throws IOException {
        var text = name.getBytes(StandardCharsets.US_ASCII);
        try (var arena = Arena.ofConfined()) {
            var address = arena.allocate(Short.BYTES + 1 + text.length, Short.BYTES);
            address.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(text, 0, address, JAVA_BYTE, Short.BYTES + 1, text.length);
            var socket = new AbstractSocket(call("socket", (int) AF_UNIX, SOCK_STREAM, 0));
            socket.check(
                    call(function, socket.descriptor, address, (int) address.byteSize()), function);
            return socket;
        }
    }

    private void check(int result, String function) throws IOException {
        if (result < 0) {
            close();
            throw new IOException(function + " failed");
        }
    }

    @Override
    public void close() {
        call("close", descriptor);
    }

    private static int call(String function, Object... arguments) {
        var linker = Linker.nativeLinker();
        var layouts = new MemoryLayout[arguments.length];
        for (var i = 0; i < arguments.length; i++) {
            layouts[i] = arguments[i] instanceof MemorySegment ? ADDRESS : JAVA_INT;
        }
        var handle =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow(function),
                        FunctionDescriptor.of(JAVA_INT, layouts));
        try {
            return (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(function, e);
        }
    }
}
