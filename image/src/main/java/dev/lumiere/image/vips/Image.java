package dev.lumiere.image.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * An image of libvips: what it is, and how its pixels will be computed when somebody wants them.
 * Lives as long as the scope that made it.
 */
public record Image(ImageScope scope, MemorySegment handle) {

    public int width() {
        return number(scope.library().imageWidth);
    }

    /** Of all pages together, where there are several. */
    public int height() {
        return number(scope.library().imageHeight);
    }

    public int bands() {
        return number(scope.library().imageBands);
    }

    public boolean hasAlpha() {
        return number(scope.library().imageHasAlpha) != 0;
    }

    /** Eight bits a band, unsigned. */
    public boolean isUchar() {
        return number(scope.library().imageFormat) == 0;
    }

    /** What its pixels take in memory. */
    long pixelBytes() {
        return (long) width() * height() * bands() * bytesABand();
    }

    /** By libvips' numbers of formats: char, short, int, float, complex, double, double complex. */
    private int bytesABand() {
        return switch (number(scope.library().imageFormat)) {
            case 0, 1 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 9 -> 16;
            default -> 8;
        };
    }

    /** Sixty-four bits a band, floating. */
    boolean isDouble() {
        return number(scope.library().imageFormat) == 8;
    }

    public Interpretation interpretation() {
        return Interpretation.of(number(scope.library().imageInterpretation));
    }

    public boolean has(String field) {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(field);
            return (long) scope.library().imageTypeOf.invokeExact(handle, name) != 0;
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    public int integer(String field, int otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_INT);
            var name = arena.allocateFrom(field);
            var failed = (int) scope.library().imageGetInt.invokeExact(handle, name, out);
            return failed != 0 ? otherwise : out.get(JAVA_INT, 0);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** A word such as the name of a codec; empty if there is none. */
    public String text(String field) {
        if (!has(field)) {
            return "";
        }
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(NativeVips.TEXT);
            var name = arena.allocateFrom(field);
            var failed = (int) scope.library().imageGetString.invokeExact(handle, name, out);
            return failed != 0 ? "" : out.get(NativeVips.TEXT, 0).getString(0);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Bytes such as an ICC profile; empty if there are none. */
    public byte[] bytes(String field) {
        if (!has(field)) {
            return new byte[0];
        }
        try (var arena = Arena.ofConfined()) {
            var data = arena.allocate(ADDRESS);
            var size = arena.allocate(JAVA_LONG);
            var name = arena.allocateFrom(field);
            var failed = (int) scope.library().imageGetBlob.invokeExact(handle, name, data, size);
            return failed != 0
                    ? new byte[0]
                    : data.get(ADDRESS, 0).reinterpret(size.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Numbers such as the frames' delays; empty if there are none. */
    public int[] integers(String field) {
        if (!has(field)) {
            return new int[0];
        }
        try (var arena = Arena.ofConfined()) {
            var data = arena.allocate(ADDRESS);
            var count = arena.allocate(JAVA_INT);
            var name = arena.allocateFrom(field);
            var failed =
                    (int) scope.library().imageGetArrayInt.invokeExact(handle, name, data, count);
            return failed != 0
                    ? new int[0]
                    : data.get(ADDRESS, 0)
                            .reinterpret(4L * count.get(JAVA_INT, 0))
                            .toArray(JAVA_INT);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** The names of all it carries besides its pixels. */
    public List<String> fields() {
        try {
            var texts = (MemorySegment) scope.library().imageGetFields.invokeExact(handle);
            var fields = new ArrayList<String>();
            for (var i = 0; ; i++) {
                var text = texts.getAtIndex(NativeVips.TEXT, i);
                if (text.equals(MemorySegment.NULL)) {
                    break;
                }
                fields.add(text.getString(0));
            }
            scope.library().freeTexts.invokeExact(texts);
            return fields;
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Only on an image that nobody else sees yet, such as a fresh copy. */
    public void set(String field, int value) {
        try (var arena = Arena.ofConfined()) {
            scope.library().imageSetInt.invokeExact(handle, arena.allocateFrom(field), value);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Only on an image that nobody else sees yet, such as a fresh copy. */
    public void set(String field, int[] values) {
        try (var arena = Arena.ofConfined()) {
            scope.library()
                    .imageSetArrayInt
                    .invokeExact(
                            handle,
                            arena.allocateFrom(field),
                            arena.allocateFrom(JAVA_INT, values),
                            values.length);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** Forgets a field, if it is there. Only on an image that nobody else sees yet. */
    public void remove(String field) {
        try (var arena = Arena.ofConfined()) {
            var _ =
                    (int)
                            scope.library()
                                    .imageRemove
                                    .invokeExact(handle, arena.allocateFrom(field));
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    private int number(MethodHandle getter) {
        try {
            return (int) getter.invokeExact(handle);
        } catch (Throwable thrown) {
            throw NativeVips.impossible(thrown);
        }
    }

    /** How bands are to be read as colour, as far as it matters here. */
    public enum Interpretation {
        GREY(1),
        CMYK(15),
        SRGB(22),
        RGB16(25),
        GREY16(26),
        OTHER(-2);

        private final int code;

        Interpretation(int code) {
            this.code = code;
        }

        static Interpretation of(int code) {
            for (var interpretation : values()) {
                if (interpretation.code == code) {
                    return interpretation;
                }
            }
            return OTHER;
        }
    }
}
