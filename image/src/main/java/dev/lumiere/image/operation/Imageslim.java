package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Chroma;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.JpegHeader;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * {@code imageslim[/zlevel/N]}: a JPEG or PNG that looks the same in fewer bytes, upright and
 * without metadata. What cannot be made smaller, is broken, animated, of another format or larger
 * than a result may be is given as it came.
 *
 * @param level 0 for the best quality to 10 for the fewest bytes
 */
public record Imageslim(int level) implements Operation.OnFile {
    private static final int DEFAULT_LEVEL = 3;
    private static final int MAX_LEVEL = 10;
    private static final int MAX_CHUNKS = 1000;
    private static final ValueLayout.OfInt BIG_ENDIAN =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Quality of a JPEG at level 0, if the source has it, and how much less each level is. */
    private static final int BEST_JPEG = 93;

    private static final int JPEG_PER_LEVEL = 3;

    /** From here on a JPEG keeps a quarter of its colour samples, which is not seen in photos. */
    private static final int FEWER_COLORS_LEVEL = 4;

    /** How close a palette is held to the colours at level 1, of 100, and how much less later. */
    private static final int BEST_PALETTE = 98;

    private static final int PALETTE_PER_LEVEL = 4;

    private static final Parameters.Shape SHAPE = Parameters.Shape.of().names("zlevel");

    static Imageslim parse(Stage stage) {
        var level = Parameters.read(stage, SHAPE).find("zlevel");
        return new Imageslim(level.map(l -> l.integer(0, MAX_LEVEL)).orElse(DEFAULT_LEVEL));
    }

    @Override
    public Written apply(Written file, Tools tools) {
        try {
            var slim = slim(file, tools);
            return slim.bytes().byteSize() < file.bytes().byteSize() ? slim : file;
        } catch (VipsException | Problem.Refused _) {
            return file;
        }
    }

    private Written slim(Written file, Tools tools) {
        var format = SourceFormat.sniff(file.bytes());
        if (format.equals(Optional.of(SourceFormat.JPEG))) {
            var source = read(file, OutputFormat.JPEG, tools);
            return new Written(jpeg(source, tools), OutputFormat.JPEG.contentType());
        }
        if (format.equals(Optional.of(SourceFormat.PNG)) && !isAnimated(file.bytes())) {
            var source = read(file, OutputFormat.PNG, tools);
            return new Written(png(source, tools), OutputFormat.PNG.contentType());
        }
        return file;
    }

    /** Only what may be a result: finding a palette takes several times the pixels' memory. */
    private static Source read(Written file, OutputFormat format, Tools tools) {
        var source = Source.read(tools.scope(), file, tools.config());
        new OutputLimits(tools.config()).check(source.size(), format, source, false);
        return source;
    }

    private MemorySegment jpeg(Source source, Tools tools) {
        var quality = JpegHeader.read(source.bytes()).quality();
        var full = source.header().text("jpeg-chroma-subsample").startsWith("4:4:4");
        var image = shown(source, tools);
        try (var _ = tools.spans().start("encode")) {
            return tools.scope()
                    .save(
                            "jpegsave_buffer",
                            "in",
                            image,
                            "Q",
                            Math.min(BEST_JPEG - level * JPEG_PER_LEVEL, quality),
                            "interlace",
                            true,
                            "optimize-coding",
                            true,
                            "trellis-quant",
                            true,
                            "overshoot-deringing",
                            true,
                            "optimize-scans",
                            true,
                            "subsample-mode",
                            (full && level < FEWER_COLORS_LEVEL ? Chroma.FULL : Chroma.QUARTER)
                                    .subsampleMode(),
                            "strip",
                            true);
        }
    }

    private MemorySegment png(Source source, Tools tools) {
        var image = shown(source, tools);
        try (var _ = tools.spans().start("encode")) {
            return level == 0
                    ? tools.scope()
                            .save(
                                    "pngsave_buffer",
                                    "in",
                                    image,
                                    "compression",
                                    9,
                                    "filter",
                                    "all",
                                    "strip",
                                    true)
                    : tools.scope()
                            .save(
                                    "pngsave_buffer",
                                    "in",
                                    image,
                                    "compression",
                                    9,
                                    "palette",
                                    true,
                                    "Q",
                                    BEST_PALETTE - (level - 1) * PALETTE_PER_LEVEL,
                                    "dither",
                                    (MAX_LEVEL - level) / (double) MAX_LEVEL,
                                    "strip",
                                    true);
        }
    }

    private static Image shown(Source source, Tools tools) {
        try (var _ = tools.spans().start("decode")) {
            var size = source.size();
            var stored = source.images(tools.scope(), size, false).getFirst();
            var upright = tools.painter().shape(stored, new Geometry(size, size));
            return tools.scope().inMemory(tools.painter().display(upright));
        }
    }

    /** Whether a PNG has the chunk {@code acTL} before its pixels: only its first frame is read. */
    private static boolean isAnimated(MemorySegment png) {
        var at = 8L;
        for (var chunk = 0; chunk < MAX_CHUNKS && at + 8 <= png.byteSize(); chunk++) {
            var type = number(png, at + 4);
            if (type == 0x6163_544c) {
                return true;
            }
            if (type == 0x4944_4154) {
                return false;
            }
            at += 12 + Integer.toUnsignedLong(number(png, at));
        }
        return false;
    }

    private static int number(MemorySegment bytes, long at) {
        return bytes.get(BIG_ENDIAN, at);
    }
}
