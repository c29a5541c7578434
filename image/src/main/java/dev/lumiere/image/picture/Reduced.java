package dev.lumiere.image.picture;

import dev.lumiere.fop.Reduction;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A source that is not here, but versions of it are, with their sides halved once or more often and
 * without metadata.
 *
 * @param source what the source was
 * @param versions the smallest first
 */
public record Reduced(ReducedHeader source, List<Version> versions) implements Input {

    record Version(ReducedHeader header, WorkInput file) {}

    /**
     * Looks at what a request came with.
     *
     * @return empty if there is no version among the inputs
     * @throws Problem.Refused {@link Reduction#SOURCE} if what there is cannot be used
     */
    public static Optional<Reduced> of(Map<String, WorkInput> inputs) {
        var versions = new ArrayList<Version>();
        for (var level = Reduction.LEVELS; level >= 1; level--) {
            var input = inputs.get(Reduction.name(level));
            if (input != null) {
                var header =
                        ReducedHeader.read(input.bytes(0, ReducedHeader.BYTES), input.size())
                                .orElseThrow(() -> sourceNeeded().refused());
                versions.add(new Version(header, input));
            }
        }
        if (versions.isEmpty()) {
            return Optional.empty();
        }
        versions.sort(Comparator.comparingLong(version -> version.header().size().pixels()));
        return Optional.of(new Reduced(versions.getFirst().header(), List.copyOf(versions)));
    }

    /** What is answered where only the source itself will do. */
    public static Problem sourceNeeded() {
        return Problem.of(Reduction.SOURCE, "the source itself is needed");
    }

    @Override
    public Size stored() {
        return source.stored();
    }

    @Override
    public int orientation() {
        return source.orientation();
    }

    @Override
    public int frames() {
        return 1;
    }

    @Override
    public boolean hasMetadata() {
        return false;
    }

    @Override
    public OutputFormat sameFormat() {
        return source.sameFormat();
    }

    @Override
    public OptionalInt jpegQuality() {
        return source.jpegQuality();
    }

    /**
     * The smallest version that is not below {@code wanted}.
     *
     * @throws Problem.Refused {@link Reduction#LARGER} or {@link Reduction#SOURCE} if there is none
     */
    @Override
    public List<Image> images(ImageScope scope, Size wanted, boolean allFrames) {
        var asStored = isTurned() ? wanted.turned() : wanted;
        for (var version : versions) {
            if (version.header().size().covers(asStored)) {
                return List.of(image(scope, version));
            }
        }
        throw stored().halved(1).covers(asStored)
                ? Problem.of(Reduction.LARGER, "a larger version is needed").refused()
                : sourceNeeded().refused();
    }

    private Image image(ImageScope scope, Version version) {
        var header = version.header();
        var size = header.size();
        var pixels =
                version.file()
                        .bytes(ReducedHeader.BYTES, version.file().size() - ReducedHeader.BYTES);
        var image = scope.image(pixels, size.width(), size.height(), header.bands());
        if (orientation() > 0) {
            image.set("orientation", orientation());
        }
        return image;
    }
}
