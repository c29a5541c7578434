package dev.lumiere.image.picture;

import dev.lumiere.fop.Reduction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What stands before the pixels of a reduced version of a source: what it is, and what the source
 * was. {@value #BYTES} bytes, then rows from the top, eight bits a band, sRGB or grey, as stored.
 *
 * @param size of the version
 * @param bands 1 to 4
 * @param stored size of the source, before orientation
 * @param orientation of both, EXIF's 1 to 8; 0 if the source says nothing
 * @param sameFormat the form of the source
 * @param jpegQuality how well the source was written, if it is a JPEG
 */
record ReducedHeader(
        Size size,
        int bands,
        Size stored,
        int orientation,
        OutputFormat sameFormat,
        OptionalInt jpegQuality) {
    static final int BYTES = Reduction.MAX_HEADER_BYTES;

    private static final int MAGIC = 0x4452754c;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    void write(MemorySegment into) {
        into.set(INT, 0, MAGIC);
        into.set(INT, 4, size.width());
        into.set(INT, 8, size.height());
        into.set(INT, 12, bands);
        into.set(INT, 16, stored.width());
        into.set(INT, 20, stored.height());
        into.set(INT, 24, orientation);
        into.set(INT, 28, code(sameFormat));
        into.set(INT, 32, jpegQuality.orElse(0));
    }

    /** Empty if this is no version, or one that is not whole. */
    static Optional<ReducedHeader> read(MemorySegment header, long fileBytes) {
        if (header.byteSize() < BYTES || header.get(INT, 0) != MAGIC) {
            return Optional.empty();
        }
        var format = format(header.get(INT, 28));
        var quality = header.get(INT, 32);
        try {
            var read =
                    new ReducedHeader(
                            new Size(header.get(INT, 4), header.get(INT, 8)),
                            header.get(INT, 12),
                            new Size(header.get(INT, 16), header.get(INT, 20)),
                            header.get(INT, 24),
                            format.orElseThrow(IllegalArgumentException::new),
                            quality == 0 ? OptionalInt.empty() : OptionalInt.of(quality));
            return read.isSound(fileBytes) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The first four letters of its name. */
    private static int code(OutputFormat format) {
        var code = 0;
        for (var i = 0; i < 4; i++) {
            code = code << 8 | (i < format.name().length() ? format.name().charAt(i) : ' ');
        }
        return code;
    }

    private static Optional<OutputFormat> format(int code) {
        return Arrays.stream(OutputFormat.values()).filter(f -> code(f) == code).findFirst();
    }

    private boolean isSound(long fileBytes) {
        return bands >= 1
                && bands <= 4
                && orientation >= 0
                && orientation <= 8
                && jpegQuality.orElse(1) >= 1
                && jpegQuality.orElse(1) <= 100
                && fileBytes == BYTES + size.pixels() * bands;
    }
}
