package dev.lumiere.fop.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory of the C library that ends with an arena. Unlike an arena's own it is not zeroed, so that
 * bytes which never come cost no page.
 */
final class NativeMemory {
    private static final MethodHandle MALLOC =
            function("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE =
            function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private NativeMemory() {}

    static MemorySegment allocate(Arena arena, long bytes) {
        try {
            var address = (MemorySegment) MALLOC.invokeExact(bytes);
            if (address.equals(MemorySegment.NULL)) {
                throw new OutOfMemoryError("malloc of " + bytes);
            }
            return bound(address, bytes, arena);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment bound(MemorySegment address, long bytes, Arena arena) {
        try {
            return address.reinterpret(bytes, arena, NativeMemory::free);
        } catch (IllegalStateException e) {
            free(address);
            throw e;
        }
    }

    private static void free(MemorySegment address) {
        try {
            FREE.invokeExact(address);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
}
