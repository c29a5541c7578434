package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.image.picture.Chroma;
import dev.lumiere.image.picture.Encoding;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.Size;
import dev.lumiere.service.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What a stage says of how to write, each of it optional. Of our own are {@code quality/auto},
 * {@code distance}, {@code chroma}, {@code lossless} and {@code max-bytes}.
 *
 * @param quality what is asked for; empty for the default
 * @param maxDistance how different the result may look; empty if quality decides
 * @param defaultQuality for JPEG and WebP
 * @param colors 0 for the default
 * @param keepsMetadata EXIF and the like, where the input has them
 * @param density dots per inch; 0 for those of the source
 */
record EncodingParameters(
        WantedFormat format,
        OptionalInt quality,
        OptionalDouble maxDistance,
        QualityRule rule,
        int defaultQuality,
        boolean interlaced,
        int colors,
        Chroma chroma,
        boolean lossless,
        boolean keepsMetadata,
        int density,
        Optional<ByteBudget> budget) {
    private static final int DEFAULT_GIF_COLORS = 128;
    private static final int MAX_DENSITY = 1200;

    /** Above this, files grow and nobody sees why. */
    private static final int MOST_IF_AUTO = 95;

    private static final Pattern DISTANCE = Pattern.compile("0\\.(?=\\d*[1-9])\\d{1,4}");
    private static final List<String> PALETTES =
            List.of("2", "4", "8", "16", "32", "64", "128", "256");

    /**
     * Reads them.
     *
     * @param rule for a quality without {@code !}
     * @throws Problem.Refused with status 400, naming what is wrong
     */
    static EncodingParameters read(
            Parameters parameters, QualityRule rule, int defaultQuality, boolean keepsMetadata) {
        var quality = parameters.find("q").or(() -> parameters.find("quality"));
        var isExact = quality.filter(q -> q.value().endsWith("!")).isPresent();
        var isAuto = quality.filter(q -> q.value().equals("auto")).isPresent();
        var maxBytes = parameters.find("max-bytes").map(ByteBudget::maxBytes);
        var sizeLimit = parameters.find("size-limit").map(ByteBudget::sizeLimit);
        return new EncodingParameters(
                WantedFormat.of(parameters),
                isAuto
                        ? OptionalInt.of(MOST_IF_AUTO)
                        : quality.map(q -> OptionalInt.of(quality(q))).orElse(OptionalInt.empty()),
                distance(parameters, isAuto),
                isExact ? QualityRule.AS_ASKED : rule,
                defaultQuality,
                parameters.find("interlace").map(Parameter::zeroOrOne).orElse(false),
                parameters.find("colors").map(c -> Integer.parseInt(c.oneOf(PALETTES))).orElse(0),
                parameters.find("chroma").map(EncodingParameters::chroma).orElse(Chroma.AUTO),
                parameters.find("lossless").map(Parameter::zeroOrOne).orElse(false),
                keepsMetadata && !parameters.has("strip"),
                parameters.find("density").map(d -> d.integer(1, MAX_DENSITY)).orElse(0),
                maxBytes.or(() -> sizeLimit));
    }

    private static int quality(Parameter quality) {
        var text = quality.value();
        var digits = text.endsWith("!") ? text.substring(0, text.length() - 1) : text;
        return new Parameter(quality.name(), digits).integer(1, 100);
    }

    /** Digits behind the point, as in {@code distance/0.015}; only where quality is automatic. */
    private static OptionalDouble distance(Parameters parameters, boolean isAuto) {
        var distance = parameters.find("distance");
        if (distance.isPresent()
                && (!isAuto || !DISTANCE.matcher(distance.get().value()).matches())) {
            throw distance.get().bad();
        }
        return isAuto
                ? OptionalDouble.of(
                        distance.map(d -> Double.parseDouble(d.value()))
                                .orElse(Encoding.USUAL_DISTANCE))
                : OptionalDouble.empty();
    }

    private static Chroma chroma(Parameter chroma) {
        return Chroma.of(chroma.value()).orElseThrow(chroma::bad);
    }

    /** What is written of this input. */
    OutputFormat formatOf(Input input) {
        return format.of(input);
    }

    /** Whether all frames are written. */
    boolean staysAnimated(Input input) {
        return WantedFormat.staysAnimated(input, formatOf(input));
    }

    /** How a result of this size is written. */
    Encoding encoding(Input input, Size result) {
        var to = formatOf(input);
        return new Encoding(
                to,
                quality(input, to, result),
                interlaced,
                palette(input, to),
                chroma,
                lossless,
                keepsMetadata && input.hasMetadata(),
                density,
                budget.map(b -> b.on(input)),
                maxDistance);
    }

    private int quality(Input input, OutputFormat to, Size result) {
        var asked = quality.orElse(to.defaultQuality(defaultQuality));
        var source = input.jpegQuality();
        var isOfJpegsScale = to.defaultQuality(0) == 0;
        return source.isPresent() && isOfJpegsScale
                ? rule.of(asked, source.getAsInt(), input.size(), result)
                : asked;
    }

    private int palette(Input input, OutputFormat to) {
        var isGif = to == OutputFormat.GIF && input.sameFormat() == OutputFormat.GIF;
        return colors == 0 && isGif ? DEFAULT_GIF_COLORS : colors;
    }
}
