package dev.lumiere.image.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lumiere.service.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The images of one request. Everything made here is released, in reverse, when the scope is
 * closed; memory given to a call must live until then, since libvips reads it when pixels are asked
 * for and not before.
 *
 * <p>Used by one thread; {@link #kill} alone may come from another.
 */
public final class ImageScope implements AutoCloseable {
    private static final int UCHAR = 0;

    /** Of pixels in memory; what is computed row by row as it is asked for does not count. */
    private static final long MAX_HELD_BYTES = 400L << 20;

    private final Vips vips;
    private final NativeVips library;
    private final List<MemorySegment> blobs = new ArrayList<>();

    /** Guarded by itself, since {@link #kill} touches them from another thread. */
    private final List<MemorySegment> images = new ArrayList<>();

    private final Set<MemorySegment> inMemory = new HashSet<>();
    private long heldBytes;
    private volatile boolean killed;
    private boolean closed;

    public ImageScope(Vips vips) {
        this.vips = vips;
        this.library = vips.library();
    }

    /**
     * Runs an operation that gives an image.
     *
     * @param namedArguments name, value, name, value …; a value is an {@link Image}, a list of
     *     them, a native {@link MemorySegment} or a number, boolean or word
     * @throws VipsException with libvips' own message
     */
    public Image call(String operation, Object... namedArguments) {
        var built = build(operation, namedArguments);
        try (var call = Arena.ofConfined()) {
            var value = property(call, built, "out", library.imageType);
            var image =
                    (MemorySegment)
                            library.ref.invokeExact(
                                    (MemorySegment) library.valueGetObject.invokeExact(value));
            library.valueUnset.invokeExact(value);
            return own(image);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        } finally {
            drop(built);
        }
    }

    /**
     * Runs an operation that gives bytes.
     *
     * @return native memory, freed when the scope is closed
     */
    public MemorySegment save(String operation, Object... namedArguments) {
        var built = build(operation, namedArguments);
        try (var call = Arena.ofConfined()) {
            var value = property(call, built, "buffer", library.blobType);
            var blob = (MemorySegment) library.valueDupBoxed.invokeExact(value);
            library.valueUnset.invokeExact(value);
            blobs.add(blob);
            var size = call.allocate(NativeVips.G_VALUE);
            var bytes = (MemorySegment) library.blobGet.invokeExact(blob, size);
            return bytes.reinterpret(size.get(JAVA_LONG, 0));
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        } finally {
            drop(built);
        }
    }

    /** The same image with its pixels computed, in memory; here the work is done. */
    public Image inMemory(Image image) {
        if (inMemory.contains(image.handle())) {
            return image;
        }
        hold(image.pixelBytes());
        try {
            requireWanted();
            var copy = (MemorySegment) library.imageCopyMemory.invokeExact(image.handle());
            if (copy.equals(MemorySegment.NULL)) {
                throw failure("copy_memory");
            }
            inMemory.add(copy);
            return own(copy);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /**
     * An image in memory, without a copy: rows from the top, in sRGB or grey, with opacity as an
     * even last band.
     *
     * @param pixels native, one byte a band, left as they are until the scope is closed
     * @throws IllegalArgumentException if they are not as many as that takes
     */
    public Image image(MemorySegment pixels, int width, int height, int bands) {
        if (pixels.byteSize() != (long) width * height * bands || !pixels.isNative()) {
            throw new IllegalArgumentException(
                    "not the pixels of %dx%d in %d bands: %d bytes"
                            .formatted(width, height, bands, pixels.byteSize()));
        }
        try {
            requireWanted();
            var image =
                    (MemorySegment)
                            library.imageNewFromMemory.invokeExact(
                                    pixels, pixels.byteSize(), width, height, bands, UCHAR);
            if (image.equals(MemorySegment.NULL)) {
                throw failure("new_from_memory");
            }
            return call("copy", "in", own(image), "interpretation", bands < 3 ? "b-w" : "srgb");
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /**
     * The pixels of an image of eight bits a band, as {@link #image} takes them; here the work is
     * done.
     *
     * @return native memory, freed with the scope's images
     */
    public MemorySegment pixels(Image image) {
        if (!image.isUchar()) {
            throw new IllegalArgumentException("not of eight bits a band");
        }
        return data(image, 1);
    }

    /** The numbers of an image of doubles, in the order of pixels. */
    public double[] doubles(Image image) {
        if (!image.isDouble()) {
            throw new IllegalArgumentException("not of doubles");
        }
        return data(image, Double.BYTES).toArray(ValueLayout.JAVA_DOUBLE);
    }

    private MemorySegment data(Image image, int bytesABand) {
        var computed = inMemory(image);
        try {
            var data = (MemorySegment) library.imageGetData.invokeExact(computed.handle());
            if (data.equals(MemorySegment.NULL)) {
                throw failure("get_data");
            }
            return data.reinterpret(
                    (long) computed.width() * computed.height() * computed.bands() * bytesABand);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** A copy of the {@link #pixels(Image)}, in memory of that arena. */
    public MemorySegment pixels(Image image, Arena arena) {
        var pixels = pixels(image);
        return arena.allocate(pixels.byteSize()).copyFrom(pixels);
    }

    /**
     * The pixels of an image of eight bits a band in memory, and nothing else of it: no profile, no
     * delays, which would otherwise be handed on to what it is laid on.
     */
    public Image bare(Image image) {
        return image(pixels(image), image.width(), image.height(), image.bands());
    }

    /** What is held is freed only with the scope, so that all of it counts. */
    private void hold(long bytes) {
        heldBytes += bytes;
        if (heldBytes > MAX_HELD_BYTES) {
            throw Problem.badRequest(
                            "image's pixels over limit: more than %d MiB would be held at once"
                                    .formatted(MAX_HELD_BYTES >> 20))
                    .refused();
        }
    }

    /** Stops what runs in this scope within a few rows of pixels; it fails with {@link Killed}. */
    public void kill() {
        synchronized (images) {
            killed = true;
            try {
                for (var one : images) {
                    library.imageSetKill.invokeExact(one, 1);
                }
            } catch (Throwable thrown) {
                throw NativeVips.impossible(thrown);
            }
        }
    }

    /** Frees the images before the scope is closed; bytes that were saved stay. */
    public void releaseImages() {
        synchronized (images) {
            try {
                for (var image : images.reversed()) {
                    library.unref.invokeExact(image);
                }
                images.clear();
            } catch (Throwable thrown) {
                throw NativeVips.impossible(thrown);
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        vips.closed();
        releaseImages();
        try {
            for (var blob : blobs.reversed()) {
                library.areaUnref.invokeExact(blob);
            }
            blobs.clear();
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** The work was stopped by {@link #kill}. */
    public static final class Killed extends RuntimeException {
        Killed() {
            super("killed", null, false, false);
        }
    }

    public NativeVips library() {
        return library;
    }

    private Image own(MemorySegment image) throws Throwable {
        synchronized (images) {
            images.add(image);
            if (killed) {
                library.imageSetKill.invokeExact(image, 1);
            }
        }
        return new Image(this, image);
    }

    private MemorySegment build(String operation, Object... namedArguments) {
        requireWanted();
        try (var call = Arena.ofConfined()) {
            var made =
                    (MemorySegment) library.operationNew.invokeExact(call.allocateFrom(operation));
            if (made.equals(MemorySegment.NULL)) {
                throw failure(operation);
            }
            var ready = false;
            try {
                for (var i = 0; i < namedArguments.length; i += 2) {
                    set(call, operation, made, (String) namedArguments[i], namedArguments[i + 1]);
                }
                if ((int) library.build.invokeExact(made) != 0) {
                    throw failure(operation);
                }
                ready = true;
                return made;
            } finally {
                if (!ready) {
                    drop(made);
                }
            }
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    private void set(Arena call, String operation, MemorySegment object, String argument, Object to)
            throws Throwable {
        var name = call.allocateFrom(argument);
        switch (to) {
            case Image image -> {
                var value = value(call, library.imageType);
                library.valueSetObject.invokeExact(value, image.handle());
                give(operation, object, name, value);
            }
            case MemorySegment bytes -> {
                var value = value(call, library.blobType);
                var blob =
                        (MemorySegment)
                                library.blobNew.invokeExact(
                                        MemorySegment.NULL, bytes, bytes.byteSize());
                library.valueSetBoxed.invokeExact(value, blob);
                library.areaUnref.invokeExact(blob);
                give(operation, object, name, value);
            }
            case List<?> list -> {
                var value = value(call, library.imageArrayType);
                library.valueSetImages.invokeExact(value, list.size());
                var array =
                        (MemorySegment)
                                library.valueGetImages.invokeExact(value, MemorySegment.NULL);
                for (var i = 0; i < list.size(); i++) {
                    var image = ((Image) list.get(i)).handle();
                    var owned = (MemorySegment) library.ref.invokeExact(image);
                    array.setAtIndex(ADDRESS, i, owned);
                }
                give(operation, object, name, value);
            }
            default -> {
                var text = call.allocateFrom(to.toString());
                if ((int) library.setArgumentFromString.invokeExact(object, name, text) != 0) {
                    throw failure(operation);
                }
            }
        }
    }

    private MemorySegment value(Arena call, long type) throws Throwable {
        var value = call.allocate(NativeVips.G_VALUE);
        var _ = (MemorySegment) library.valueInit.invokeExact(value, type);
        return value;
    }

    private void give(
            String operation, MemorySegment object, MemorySegment name, MemorySegment value)
            throws Throwable {
        try {
            if ((int) library.argumentFlags.invokeExact(object, name) == 0) {
                throw failure(operation);
            }
            library.setProperty.invokeExact(object, name, value);
        } finally {
            library.valueUnset.invokeExact(value);
        }
    }

    private MemorySegment property(Arena call, MemorySegment object, String property, long type)
            throws Throwable {
        var value = value(call, type);
        library.getProperty.invokeExact(object, call.allocateFrom(property), value);
        return value;
    }

    private void drop(MemorySegment operation) {
        try {
            library.unrefOutputs.invokeExact(operation);
            library.unref.invokeExact(operation);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    private RuntimeException failure(String operation) {
        var failure = vips.failure(operation);
        return killed ? new Killed() : failure;
    }

    /**
     * To be asked by long work of our own.
     *
     * @throws Killed if the work was stopped
     */
    public void requireWanted() {
        if (killed) {
            throw new Killed();
        }
    }
}
