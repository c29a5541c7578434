package dev.lumiere.image;

import dev.lumiere.service.Problem;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A file as it came: what its header tells, and no pixel decoded yet.
 *
 * @param stored width and height as stored, before orientation
 * @param orientation EXIF's 1 to 8; 0 if the file says nothing
 * @param frames how many there are, at least 1
 * @param header the image of the first frame
 */
record Source(
        MemorySegment bytes,
        SourceFormat format,
        Size stored,
        int orientation,
        int frames,
        Image header)
        implements Input {
    private static final int FIRST_TURNED_ORIENTATION = 5;
    private static final int SMALL_PIXELS = 2_000_000;

    /**
     * Reads the header and holds it against the limits.
     *
     * @throws Problem.Refused with status 400 if this is no image we read or one over a limit
     */
    static Source read(ImageScope scope, MemorySegment bytes, ImageConfig config) {
        if (bytes.byteSize() == 0) {
            throw Problem.badRequest("source is empty").refused();
        }
        if (bytes.byteSize() > config.maxSourceBytes()) {
            throw over("file size", bytes.byteSize() + " bytes", config.maxSourceBytes());
        }
        var format =
                SourceFormat.sniff(bytes)
                        .orElseThrow(() -> Problem.badRequest("source is not an image").refused());
        if (!format.isReadable()) {
            throw Problem.badRequest("unsupported format: " + format.word()).refused();
        }
        var header = header(scope, bytes, format);
        var source =
                new Source(
                        bytes,
                        format,
                        new Size(header.width(), header.height()),
                        header.integer("orientation", 0),
                        format == SourceFormat.AVIF ? 1 : header.integer("n-pages", 1),
                        header);
        source.checkAgainst(config);
        return source;
    }

    private static Image header(ImageScope scope, MemorySegment bytes, SourceFormat format) {
        Image header;
        try {
            header = scope.call(format.loader(), "buffer", bytes);
        } catch (VipsException e) {
            throw corrupt(e);
        }
        if (format == SourceFormat.AVIF && !header.text("heif-compression").equals("av1")) {
            throw Problem.badRequest("unsupported format: heic").refused();
        }
        return header;
    }

    private void checkAgainst(ImageConfig config) {
        if (stored.edge() > config.maxSourceEdge()) {
            throw over("image's edge", stored.toString(), config.maxSourceEdge());
        }
        if (stored.pixels() > config.maxSourcePixels()) {
            throw over("image's pixels", stored.toString(), config.maxSourcePixels());
        }
        var maxFrames =
                format == SourceFormat.WEBP ? config.maxWebpFrames() : config.maxGifFrames();
        if (frames > maxFrames) {
            throw over("image's frames", Integer.toString(frames), maxFrames);
        }
    }

    /** What is answered when libvips cannot read the file. */
    static Problem.Refused corrupt(VipsException cause) {
        var why = String.valueOf(cause.getMessage()).replace('\n', ' ');
        return Problem.badRequest(
                        "source is corrupt or truncated: "
                                + why.substring(0, Math.min(200, why.length())))
                .refused();
    }

    /** What is answered when something is over a limit. */
    static Problem.Refused over(String what, String is, int limit) {
        return Problem.badRequest(
                        String.format(
                                Locale.ROOT, "%s over limit: %s, at most %d", what, is, limit))
                .refused();
    }

    @Override
    public Size size() {
        return orientation >= FIRST_TURNED_ORIENTATION ? stored.turned() : stored;
    }

    @Override
    public OutputFormat sameFormat() {
        return switch (format) {
            case PNG -> OutputFormat.PNG;
            case GIF -> OutputFormat.GIF;
            case WEBP -> OutputFormat.WEBP;
            case AVIF -> OutputFormat.AVIF;
            default -> OutputFormat.JPEG;
        };
    }

    @Override
    public OptionalInt jpegQuality() {
        return format == SourceFormat.JPEG
                ? OptionalInt.of(JpegHeader.read(bytes).quality())
                : OptionalInt.empty();
    }

    /**
     * Decodes no more than is needed: a JPEG at the smallest of its full, half, quarter and eighth
     * size that is not below {@code wanted}, a WebP at about that size.
     */
    @Override
    public List<Image> images(ImageScope scope, Size wanted, boolean allFrames) {
        var seen = orientation >= FIRST_TURNED_ORIENTATION ? wanted.turned() : wanted;
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
            if (format == SourceFormat.WEBP && frames == 1 && shrink > 1) {
                return one(scope, load(scope, "scale", 1 / shrink));
            }
            return one(scope, load(scope));
        } catch (VipsException e) {
            throw corrupt(e);
        }
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
        arguments.addAll(List.of("buffer", bytes, "access", "sequential", "fail-on", "error"));
        arguments.addAll(List.of(option));
        return scope.call(format.loader(), arguments.toArray());
    }

    private static int powerOfTwo(double atMost) {
        return Integer.highestOneBit((int) Math.max(1, atMost));
    }
}
