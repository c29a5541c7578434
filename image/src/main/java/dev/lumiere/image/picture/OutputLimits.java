package dev.lumiere.image.picture;

import dev.lumiere.service.Problem;
import java.util.Locale;

/** Holds a result that is still to be made against what may be made. */
public record OutputLimits(ImageConfig config) {

    /**
     * Checks one result.
     *
     * @throws Problem.Refused with status 400 if it is over a limit, or of a format not written
     *     here
     */
    public void check(Size result, OutputFormat format, Input input, boolean animated) {
        if (!config.role().writes().contains(format)) {
            throw Problem.badRequest(
                            "unsupported format: " + format.name().toLowerCase(Locale.ROOT))
                    .refused();
        }
        if (result.edge() > config.maxOutputEdge()) {
            throw Source.over("result's edge", result.toString(), config.maxOutputEdge());
        }
        var maxPixels =
                format == OutputFormat.AVIF || format == OutputFormat.HEIC
                        ? Math.min(config.maxAvifPixels(), config.maxOutputPixels())
                        : config.maxOutputPixels();
        if (result.pixels() > maxPixels) {
            throw Source.over("result's pixels", result.toString(), maxPixels);
        }
        if (animated) {
            checkAnimation(input, input.size());
        }
    }

    /**
     * Checks what is made on the way to a result, and grows.
     *
     * @throws Problem.Refused with status 400 if it is over a limit
     */
    public void checkGrown(Size grown, Input input, boolean animated) {
        if (grown.edge() > config.maxOutputEdge()) {
            throw Source.over("result's edge", grown.toString(), config.maxOutputEdge());
        }
        if (grown.pixels() > config.maxOutputPixels()) {
            throw Source.over("result's pixels", grown.toString(), config.maxOutputPixels());
        }
        if (animated) {
            checkAnimation(input, grown);
        }
    }

    private void checkAnimation(Input input, Size size) {
        var fromWebp = input.sameFormat() == OutputFormat.WEBP;
        if (fromWebp && size.edge() > config.maxAnimatedWebpEdge()) {
            throw Source.over("animation's edge", size.toString(), config.maxAnimatedWebpEdge());
        }
        var maxPixels = fromWebp ? config.maxAnimatedWebpPixels() : config.maxSourcePixels();
        if (size.pixels() * input.frames() > maxPixels) {
            throw Source.over(
                    "animation's pixels", size + " in " + input.frames() + " frames", maxPixels);
        }
    }
}
