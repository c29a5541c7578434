package dev.lumiere.image.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The native functions of libvips and GObject that serve every operation: an operation is made by
 * name, its properties are set, it is built, its outputs are read. Which arguments an operation
 * takes is libvips' own knowledge and is not repeated here.
 *
 * <p>Says nothing about lifetimes: {@link ImageScope} does.
 */
final class NativeVips {
    /** {@code struct GValue}: its type and two words of data. */
    static final MemoryLayout G_VALUE = MemoryLayout.sequenceLayout(3, JAVA_LONG);

    /** A pointer to text that ends with a zero. */
    static final AddressLayout TEXT =
            ADDRESS.withTargetLayout(
                    MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

    /** A pointer to pointers to text, the last of them null. */
    static final AddressLayout TEXTS =
            ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Integer.MAX_VALUE, TEXT));

    private final SymbolLookup symbols;

    final MethodHandle init;
    final MethodHandle version;
    final MethodHandle versionString;
    final MethodHandle errorBufferCopy;
    final MethodHandle errorClear;
    final MethodHandle concurrencySet;
    final MethodHandle cacheSetMax;
    final MethodHandle blockUntrustedSet;
    final MethodHandle operationBlockSet;
    final MethodHandle trackedMemory;

    final MethodHandle operationNew;
    final MethodHandle argumentFlags;
    final MethodHandle setArgumentFromString;
    final MethodHandle build;
    final MethodHandle unrefOutputs;

    final MethodHandle setProperty;
    final MethodHandle getProperty;
    final MethodHandle ref;
    final MethodHandle unref;
    final MethodHandle free;
    final MethodHandle setEnvironment;
    final MethodHandle valueInit;
    final MethodHandle valueUnset;
    final MethodHandle valueSetObject;
    final MethodHandle valueGetObject;
    final MethodHandle valueSetBoxed;
    final MethodHandle valueDupBoxed;
    final MethodHandle valueSetImages;
    final MethodHandle valueGetImages;

    final MethodHandle blobNew;
    final MethodHandle blobGet;
    final MethodHandle areaUnref;

    final MethodHandle imageWidth;
    final MethodHandle imageHeight;
    final MethodHandle imageBands;
    final MethodHandle imageFormat;
    final MethodHandle imageInterpretation;
    final MethodHandle imageHasAlpha;
    final MethodHandle imageTypeOf;
    final MethodHandle imageGetInt;
    final MethodHandle imageGetString;
    final MethodHandle imageGetBlob;
    final MethodHandle imageGetArrayInt;
    final MethodHandle imageSetInt;
    final MethodHandle imageSetArrayInt;
    final MethodHandle imageRemove;
    final MethodHandle imageGetFields;
    final MethodHandle freeTexts;
    final MethodHandle imageSetKill;
    final MethodHandle imageCopyMemory;
    final MethodHandle imageNewFromMemory;
    final MethodHandle imageGetData;

    /** {@code GType} of images. */
    final long imageType;

    /** {@code GType} of lists of images. */
    final long imageArrayType;

    /** {@code GType} of bytes. */
    final long blobType;

    /**
     * Loads the library for the life of the process.
     *
     * @param library path or soname
     * @throws IllegalArgumentException if it cannot be loaded or lacks one of the functions
     */
    NativeVips(String library) {
        symbols = SymbolLookup.libraryLookup(library, Arena.global());

        init = function("vips_init", JAVA_INT, ADDRESS);
        version = function("vips_version", JAVA_INT, JAVA_INT);
        versionString = function("vips_version_string", TEXT);
        errorBufferCopy = function("vips_error_buffer_copy", TEXT);
        errorClear = procedure("vips_error_clear");
        concurrencySet = procedure("vips_concurrency_set", JAVA_INT);
        cacheSetMax = procedure("vips_cache_set_max", JAVA_INT);
        blockUntrustedSet = procedure("vips_block_untrusted_set", JAVA_INT);
        operationBlockSet = procedure("vips_operation_block_set", ADDRESS, JAVA_INT);
        trackedMemory = function("vips_tracked_get_mem", JAVA_LONG);

        operationNew = function("vips_operation_new", ADDRESS, ADDRESS);
        argumentFlags = function("vips_object_get_argument_flags", JAVA_INT, ADDRESS, ADDRESS);
        setArgumentFromString =
                function(
                        "vips_object_set_argument_from_string",
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS);
        build = function("vips_object_build", JAVA_INT, ADDRESS);
        unrefOutputs = procedure("vips_object_unref_outputs", ADDRESS);

        setProperty = procedure("g_object_set_property", ADDRESS, ADDRESS, ADDRESS);
        getProperty = procedure("g_object_get_property", ADDRESS, ADDRESS, ADDRESS);
        ref = function("g_object_ref", ADDRESS, ADDRESS);
        unref = procedure("g_object_unref", ADDRESS);
        free = procedure("g_free", ADDRESS);
        setEnvironment = function("g_setenv", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
        valueInit = function("g_value_init", ADDRESS, ADDRESS, JAVA_LONG);
        valueUnset = procedure("g_value_unset", ADDRESS);
        valueSetObject = procedure("g_value_set_object", ADDRESS, ADDRESS);
        valueGetObject = function("g_value_get_object", ADDRESS, ADDRESS);
        valueSetBoxed = procedure("g_value_set_boxed", ADDRESS, ADDRESS);
        valueDupBoxed = function("g_value_dup_boxed", ADDRESS, ADDRESS);
        valueSetImages = procedure("vips_value_set_array_image", ADDRESS, JAVA_INT);
        valueGetImages =
                function(
                        "vips_value_get_array_image",
                        ADDRESS.withTargetLayout(
                                MemoryLayout.sequenceLayout(Integer.MAX_VALUE, ADDRESS)),
                        ADDRESS,
                        ADDRESS);

        blobNew = function("vips_blob_new", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        blobGet = function("vips_blob_get", ADDRESS, ADDRESS, ADDRESS);
        areaUnref = procedure("vips_area_unref", ADDRESS);

        imageWidth = function("vips_image_get_width", JAVA_INT, ADDRESS);
        imageHeight = function("vips_image_get_height", JAVA_INT, ADDRESS);
        imageBands = function("vips_image_get_bands", JAVA_INT, ADDRESS);
        imageFormat = function("vips_image_get_format", JAVA_INT, ADDRESS);
        imageInterpretation = function("vips_image_get_interpretation", JAVA_INT, ADDRESS);
        imageHasAlpha = function("vips_image_hasalpha", JAVA_INT, ADDRESS);
        imageTypeOf = function("vips_image_get_typeof", JAVA_LONG, ADDRESS, ADDRESS);
        imageGetInt = function("vips_image_get_int", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        imageGetString = function("vips_image_get_string", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        imageGetBlob =
                function("vips_image_get_blob", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        imageGetArrayInt =
                function("vips_image_get_array_int", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        imageSetInt = procedure("vips_image_set_int", ADDRESS, ADDRESS, JAVA_INT);
        imageSetArrayInt =
                procedure("vips_image_set_array_int", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        imageRemove = function("vips_image_remove", JAVA_INT, ADDRESS, ADDRESS);
        imageGetFields = function("vips_image_get_fields", TEXTS, ADDRESS);
        freeTexts = procedure("g_strfreev", ADDRESS);
        imageSetKill = procedure("vips_image_set_kill", ADDRESS, JAVA_INT);
        imageCopyMemory = function("vips_image_copy_memory", ADDRESS, ADDRESS);
        imageNewFromMemory =
                function(
                        "vips_image_new_from_memory",
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT);
        imageGetData = function("vips_image_get_data", ADDRESS, ADDRESS);

        imageType = type("vips_image_get_type");
        imageArrayType = type("vips_array_image_get_type");
        blobType = type("vips_blob_get_type");
    }

    /** Rethrows what a method handle declares but a native function cannot throw. */
    static RuntimeException impossible(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }

    private long type(String name) {
        try {
            return (long) function(name, JAVA_LONG).invokeExact();
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.ofVoid(arguments));
    }

    private MethodHandle handle(String name, FunctionDescriptor descriptor) {
        MemorySegment address =
                symbols.find(name)
                        .orElseThrow(
                                () -> new IllegalArgumentException("not in this libvips: " + name));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }
}
