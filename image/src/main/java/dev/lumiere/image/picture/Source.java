package dev.lumiere.image.picture;

import dev.lumiere.fop.SourceFormat;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A file as it came: what its header tells, and no pixel decoded yet.
 *
 * @param format what its codec is, whatever its name and brands say
 * @param decoder what reads it
 * @param stored width and height as stored, before orientation
 * @param orientation EXIF's 1 to 8; 0 if the file says nothing
 * @param frames how many there are, at least 1
 * @param header the image of the first frame
 */
public record Source(
        Written file,
        SourceFormat format,
        Decoder decoder,
        Size stored,
        int orientation,
        int frames,
        Image header)
        implements Input {
    private static final Set<SourceFormat> ANIMATED =
            EnumSet.of(SourceFormat.GIF, SourceFormat.WEBP);
    private static final int SMALL_PIXELS = 2_000_000;

    /**
     * Reads the header and holds it against the limits.
     *
     * @throws Problem.Refused with status 400 if this is no image we read or one over a limit
     */
    public static Source read(ImageScope scope, Written file, ImageConfig config) {
        var source = readOfAnyLength(scope, file, config);
        source.requireFewFrames(config);
        return source;
    }

    /**
     * The same, but with any number of frames, for those who do not touch a long animation.
     *
     * @throws Problem.Refused with status 400 if this is no image we read or one over a limit
     */
    public static Source readOfAnyLength(ImageScope scope, Written file, ImageConfig config) {
        var bytes = file.bytes();
        if (bytes.byteSize() == 0) {
            throw Problem.badRequest("source is empty").refused();
        }
        requireFewBytes(bytes.byteSize(), config);
        var format =
                SourceFormat.sniff(bytes)
                        .orElseThrow(() -> Problem.badRequest("source is not an image").refused());
        var decoder = config.decoder(format).orElseThrow(() -> unsupported(format));
        var header = header(scope, bytes, decoder);
        var actual = codec(format, header);
        if (config.decoder(actual).isEmpty()) {
            throw unsupported(actual);
        }
        var source =
                new Source(
                        file,
                        actual,
                        decoder,
                        Size.of(header),
                        header.integer("orientation", 0),
                        ANIMATED.contains(actual) ? header.integer("n-pages", 1) : 1,
                        header);
        source.checkAgainst(config);
        return source;
    }

    /** Looked at before a file is read, where it is not read yet. */
    static void requireFewBytes(long bytes, ImageConfig config) {
        if (bytes > config.maxSourceBytes()) {
            throw over("file size", bytes + " bytes", config.maxSourceBytes());
        }
    }

    private static Image header(ImageScope scope, MemorySegment bytes, Decoder decoder) {
        try {
            return scope.call(decoder.operation(), "buffer", bytes);
        } catch (VipsException e) {
            throw corrupt(e);
        }
    }

    /** What brands say and what the file holds can differ: AVIF and HEIC share a container. */
    private static SourceFormat codec(SourceFormat sniffed, Image header) {
        return switch (header.text("heif-compression")) {
            case "av1" -> SourceFormat.AVIF;
            case "hevc" -> SourceFormat.HEIC;
            default -> sniffed;
        };
    }

    private static Problem.Refused unsupported(SourceFormat format) {
        return Problem.badRequest("unsupported format: " + format.word()).refused();
    }

    private void checkAgainst(ImageConfig config) {
        if (stored.edge() > config.maxSourceEdge()) {
            throw over("image's edge", stored.toString(), config.maxSourceEdge());
        }
        if (stored.pixels() > config.maxSourcePixels()) {
            throw over("image's pixels", stored.toString(), config.maxSourcePixels());
        }
    }

    /**
     * Holds the number of frames against the limits.
     *
     * @throws Problem.Refused with status 400 if there are too many
     */
    public void requireFewFrames(ImageConfig config) {
        var maxFrames =
                format == SourceFormat.WEBP ? config.maxWebpFrames() : config.maxGifFrames();
        if (frames > maxFrames) {
            throw over("image's frames", Integer.toString(frames), maxFrames);
        }
    }

    /** What is answered when libvips cannot read the file. */
    public static Problem.Refused corrupt(VipsException cause) {
        var why = String.valueOf(cause.getMessage()).replace('\n', ' ');
        return Problem.badRequest(
                        "source is corrupt or truncated: "
                                + why.substring(0, Math.min(200, why.length())))
                .refused();
    }

    /** What is answered when something is over a limit. */
    public static Problem.Refused over(String what, String is, int limit) {
        return Problem.badRequest(
                        String.format(
                                Locale.ROOT, "%s over limit: %s, at most %d", what, is, limit))
                .refused();
    }

    public MemorySegment bytes() {
        return file.bytes();
    }

    @Override
    public boolean hasMetadata() {
        return true;
    }

    @Override
    public OutputFormat sameFormat() {
        return switch (format) {
            case PNG, SVG, PSD, PDF, ICO -> OutputFormat.PNG;
            case GIF -> OutputFormat.GIF;
            case WEBP -> OutputFormat.WEBP;
            case AVIF -> OutputFormat.AVIF;
            case HEIC -> OutputFormat.HEIC;
            case JXL -> OutputFormat.JXL;
            case TIFF -> OutputFormat.TIFF;
            case BMP -> OutputFormat.BMP;
            case JPEG, JP2 -> OutputFormat.JPEG;
        };
    }

    @Override
    public OptionalInt jpegQuality() {
        return format == SourceFormat.JPEG
                ? OptionalInt.of(JpegHeader.read(bytes()).quality())
                : OptionalInt.empty();
    }

    /**
     * Decodes no more than is needed: a JPEG at the smallest of its full, half, quarter and eighth
     * size that is not below {@code wanted}, a WebP at about that size, drawings at just that.
     */
    @Override
    public List<Image> images(ImageScope scope, Size wanted, boolean allFrames) {
        var seen = isTurned() ? wanted.turned() : wanted;
        var shrink =
                Math.min(
                        (double) stored.width() / seen.width(),
                        (double) stored.height() / seen.height());
        try {
            if (allFrames && frames > 1) {
                return frames(scope);
            }
            if (format == SourceFormat.JPEG) {
                return one(scope, load(scope, "shrink", Math.min(8, powerOfTwo(shrink))));
            }
            if (scalesOnLoad() && shrink > 1) {
                return one(scope, load(scope, "scale", 1 / shrink));
            }
            return one(scope, load(scope));
        } catch (VipsException e) {
            throw corrupt(e);
        }
    }

    private boolean scalesOnLoad() {
        return switch (format) {
            case WEBP -> frames == 1;
            case SVG, PDF -> true;
            default -> false;
        };
    }

    /** Decoded at once if it is small, else row by row as the rows are asked for. */
    private static List<Image> one(ImageScope scope, Image image) {
        var small = (long) image.width() * image.height() <= SMALL_PIXELS;
        return List.of(small ? scope.inMemory(image) : image);
    }

    private List<Image> frames(ImageScope scope) {
        var all = load(scope, "n", -1);
        return IntStream.range(0, frames)
                .mapToObj(frame ->
                        scope.call(
                                "extract_area",
                                "input",
                                all,
                                "left",
                                0,
                                "top",
                                frame * stored.height(),
                                "width",
                                stored.width(),
                                "height",
                                stored.height()))
                .toList();
    }

    private Image load(ImageScope scope, Object... option) {
        var arguments = new ArrayList<Object>();
        arguments.addAll(List.of("buffer", bytes(), "access", "sequential", "fail-on", "error"));
        arguments.addAll(List.of(option));
        return scope.call(decoder.operation(), arguments.toArray());
    }

    private static int powerOfTwo(double atMost) {
        return Integer.highestOneBit((int) Math.max(1, atMost));
    }
}
