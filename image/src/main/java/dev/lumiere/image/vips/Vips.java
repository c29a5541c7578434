package dev.lumiere.image.vips;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * libvips, loaded and made safe for bytes of strangers. Work is done in an {@link ImageScope}:
 *
 * <pre>{@code
 * try (var scope = vips.open()) {
 *     var image = scope.call("jpegload_buffer", "buffer", source, "shrink", 8);
 *     var small = scope.call("resize", "in", image, "scale", 0.4);
 *     var jpeg = scope.save("jpegsave_buffer", "in", small, "Q", 80);
 * }
 * }</pre>
 *
 * <p>Each call runs on the thread that makes it (one thread per image; many images at once), and
 * nothing is cached between calls.
 */
public final class Vips {
    private final NativeVips library;
    private final String loadedFrom;
    private final String version;
    private int openScopes;

    /** Whether the error buffer may hold text of more than one scope. */
    private boolean mixed;

    private Vips(NativeVips library, String loadedFrom, String version) {
        this.library = library;
        this.loadedFrom = loadedFrom;
        this.version = version;
    }

    /**
     * Starts the library; once per process.
     *
     * @param loadFrom path or soname
     * @param families the only operations that may read an image or are trusted else, such as
     *     {@code VipsForeignLoadJpeg}
     */
    public static Vips start(String loadFrom, List<String> families) {
        var library = new NativeVips(loadFrom);
        try (var arena = Arena.ofConfined()) {
            // Warnings about odd files would flood standard error; failures still come through.
            var _ =
                    (int)
                            library.setEnvironment.invokeExact(
                                    arena.allocateFrom("VIPS_WARNING"), arena.allocateFrom("1"), 1);
            if ((int) library.init.invokeExact(arena.allocateFrom("lumiere")) != 0) {
                throw new IllegalStateException("libvips did not start: " + loadFrom);
            }
            library.concurrencySet.invokeExact(1);
            library.cacheSetMax.invokeExact(0);
            library.blockUntrustedSet.invokeExact(1);
            library.operationBlockSet.invokeExact(arena.allocateFrom("VipsForeignLoad"), 1);
            for (var family : families) {
                library.operationBlockSet.invokeExact(arena.allocateFrom(family), 0);
            }
            var version = ((MemorySegment) library.versionString.invokeExact()).getString(0);
            return new Vips(library, loadFrom, version);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Everything made in the scope is freed when it is closed. */
    public ImageScope open() {
        synchronized (this) {
            // Operations that succeed leave text behind too; nobody is failing now.
            mixed = openScopes++ > 0;
            if (!mixed) {
                clearErrors();
            }
        }
        return new ImageScope(this);
    }

    public synchronized void closed() {
        openScopes--;
    }

    private void clearErrors() {
        try {
            library.errorClear.invokeExact();
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    public String version() {
        return version;
    }

    public String loadedFrom() {
        return loadedFrom;
    }

    /** Bytes of pixels libvips holds now, over all threads. */
    public long pixelBytes() {
        try {
            return (long) library.trackedMemory.invokeExact();
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    public NativeVips library() {
        return library;
    }

    /**
     * The failure of the call just made. libvips has one error buffer for all threads, and its text
     * can quote the file: it is told only where no other scope was open that it could be about.
     */
    public synchronized VipsException failure(String operation) {
        try {
            var text = (MemorySegment) library.errorBufferCopy.invokeExact();
            library.errorClear.invokeExact();
            var message = text.getString(0).strip();
            library.free.invokeExact(text);
            return new VipsException(
                    mixed || message.isEmpty() ? operation : operation + ": " + message);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }
}
