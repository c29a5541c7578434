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
 * @param format what to write; empty for the source's own, or JPEG where not all could show that
 * @param sameFormat to write even that as it came
 * @param quality what is asked for; empty for the default
 * @param maxDistance how different the result may look; empty if quality decides
 * @param defaultQuality for JPEG and WebP
 * @param colors 0 for the default
 * @param keepsMetadata EXIF and the like, where the input has them
 * @param density dots per inch; 0 for those of the source
 */
record EncodingParameters(
        Optional<OutputFormat> format,
        boolean sameFormat,
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
        var format = parameters.find("format");
        var quality = parameters.find("q").or(() -> parameters.find("quality"));
        var isExact = quality.filter(q -> q.value().endsWith("!")).isPresent();
        var isAuto = quality.filter(q -> q.value().equals("auto")).isPresent();
        var maxBytes = parameters.find("max-bytes").map(ByteBudget::maxBytes);
        var sizeLimit = parameters.find("size-limit").map(ByteBudget::sizeLimit);
        return new EncodingParameters(
                format.filter(f -> !isCopy(f)).map(EncodingParameters::format),
                format.filter(EncodingParameters::isCopy).isPresent(),
                isAuto
                        ? OptionalInt.of(MOST_IF_AUTO)
                        : quality.map(q -> OptionalInt.of(quality(q))).orElse(OptionalInt.empty()),
                isAuto ? OptionalDouble.of(distance(parameters)) : OptionalDouble.empty(),
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

    private static boolean isCopy(Parameter format) {
        return format.value().equals("copy");
    }

    private static OutputFormat format(Parameter format) {
        if (OutputFormat.isUnsupported(format.value())) {
            throw Problem.badRequest("unsupported format: " + format.value()).refused();
        }
        return OutputFormat.of(format.value()).orElseThrow(format::bad);
    }

    private static int quality(Parameter quality) {
        var text = quality.value();
        var digits = text.endsWith("!") ? text.substring(0, text.length() - 1) : text;
        return new Parameter(quality.name(), digits).integer(1, 100);
    }

    /** Digits behind the point, as in {@code distance/0.015}. */
    private static double distance(Parameters parameters) {
        return parameters
                .find("distance")
                .map(distance -> {
                    if (!DISTANCE.matcher(distance.value()).matches()) {
                        throw distance.bad();
                    }
                    return Double.parseDouble(distance.value());
                })
                .orElse(Encoding.USUAL_DISTANCE);
    }

    private static Chroma chroma(Parameter chroma) {
        return Chroma.of(chroma.value()).orElseThrow(chroma::bad);
    }

    /** What is written of this input. */
    OutputFormat formatOf(Input input) {
        var from = input.sameFormat();
        return format.orElse(sameFormat ? from : from.usual());
    }

    /** Whether all frames are written: of a GIF as GIF, of a WebP as WebP or GIF. */
    boolean staysAnimated(Input input) {
        var from = input.sameFormat();
        return input.frames() > 1
                && switch (formatOf(input)) {
                    case GIF -> from == OutputFormat.GIF || from == OutputFormat.WEBP;
                    case WEBP -> from == OutputFormat.WEBP;
                    default -> false;
                };
    }

    /** How a result of this size is written. */
    Encoding encoding(Input input, Size result) {
        var to = formatOf(input);
        return Encoding.of(to, quality(input, to, result))
                .withInterlaced(interlaced)
                .withColors(palette(input, to))
                .withChroma(chroma)
                .withLossless(lossless)
                .withMetadata(keepsMetadata && input.hasMetadata())
                .withDensity(density)
                .withMaxDistance(maxDistance)
                .withLimit(budget.map(b -> b.on(input)));
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
