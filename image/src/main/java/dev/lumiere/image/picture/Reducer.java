package dev.lumiere.image.picture;

import dev.lumiere.fop.Reduction;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.worker.WorkOutput;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes reduced versions of a source out of its one decode, and hands them out.
 *
 * @param outputs where they go, by name
 * @param all or only those that come about anyhow
 */
public record Reducer(Tools tools, Map<String, WorkOutput> outputs, boolean all) {
    private static final Logger LOG = LoggerFactory.getLogger(Reducer.class);
    private static final Set<SourceFormat> STILL =
            EnumSet.complementOf(
                    EnumSet.of(
                            SourceFormat.GIF,
                            SourceFormat.SVG,
                            SourceFormat.PDF,
                            SourceFormat.ICO));
    private static final int MIN_PIXELS = 1_000_000;

    /** A decoded source up to this size is held in memory; a larger one gets no versions. */
    private static final int MAX_HELD_PIXELS = 50_000_000;

    /** Looks at what a request came with; empty if it wants no versions. */
    public static Optional<Reducer> of(Tools tools, Map<String, WorkOutput> outputs) {
        if (outputs.containsKey(Reduction.name(1))) {
            return Optional.of(new Reducer(tools, outputs, true));
        }
        return outputs.containsKey(Reduction.byProduct(1))
                ? Optional.of(new Reducer(tools, outputs, false))
                : Optional.empty();
    }

    /** Whether versions of it are worth having. */
    public boolean takes(Source source) {
        return source.frames() == 1
                && STILL.contains(source.format())
                && source.stored().pixels() >= MIN_PIXELS;
    }

    /**
     * The image to work on, decoded once; the versions have been handed out.
     *
     * @param level the highest at which it is not below what is wanted
     */
    List<Image> images(Source source, int level) {
        var scope = tools.scope();
        // all but JPEG are decoded whole, whatever is wanted, so the largest version costs little
        var first = all || source.format() != SourceFormat.JPEG ? Math.min(level, 1) : level;
        if (first == 0 && source.stored().pixels() > MAX_HELD_PIXELS) {
            return source.images(scope, source.size(), false);
        }
        var image = scope.inMemory(decoded(source, first));
        var versions = new Image[Reduction.LEVELS + 1];
        versions[first] = image;
        for (var next = Math.max(1, first); next <= Reduction.LEVELS; next++) {
            if (versions[next] == null) {
                versions[next] = scope.inMemory(halved(versions[next - 1], 1));
            }
            handOut(source, next, versions[next]);
        }
        return List.of(versions[level]);
    }

    private Image decoded(Source source, int level) {
        var scope = tools.scope();
        var size = source.isTurned() ? source.stored().turned() : source.stored();
        if (source.format() == SourceFormat.JPEG) {
            return tools.painter()
                    .display(source.images(scope, size.halved(level), false).getFirst());
        }
        var whole = tools.painter().display(source.images(scope, size, false).getFirst());
        return level == 0 ? whole : halved(whole, level);
    }

    /** By the mean of each square of pixels, weighed by opacity. */
    private Image halved(Image image, int times) {
        var scope = tools.scope();
        var weighed = image.hasAlpha() ? scope.call("premultiply", "in", image) : image;
        var small =
                scope.call("shrink", "in", weighed, "hshrink", 1 << times, "vshrink", 1 << times);
        return image.hasAlpha()
                ? scope.call(
                        "cast", "in", scope.call("unpremultiply", "in", small), "format", "uchar")
                : small;
    }

    private void handOut(Source source, int level, Image image) {
        var output = outputs.get(all ? Reduction.name(level) : Reduction.byProduct(level));
        if (output == null || !image.isUchar()) {
            return;
        }
        var header = tools.memory().allocate(ReducedHeader.BYTES);
        new ReducedHeader(
                        Size.of(image),
                        image.bands(),
                        source.stored(),
                        source.orientation(),
                        source.sameFormat(),
                        source.jpegQuality())
                .write(header);
        try {
            output.write(
                    List.of(header, tools.scope().pixels(image)),
                    "application/x-lumiere-reduction");
        } catch (Problem.Refused e) {
            LOG.warn("a reduced version is not kept: {}", e.problem().error());
        }
    }
}
