package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.service.Problem;
import java.util.Optional;

/**
 * What {@code format} says.
 *
 * @param named what to write; empty for the input's own, or JPEG where not all could show that
 * @param same to write even that as it came, {@code format/copy}
 */
record WantedFormat(Optional<OutputFormat> named, boolean same) {

    static WantedFormat of(Parameters parameters) {
        var format = parameters.find("format");
        var same = format.filter(f -> f.value().equals("copy")).isPresent();
        return new WantedFormat(same ? Optional.empty() : format.map(WantedFormat::named), same);
    }

    private static OutputFormat named(Parameter format) {
        if (OutputFormat.isUnsupported(format.value())) {
            throw Problem.badRequest("unsupported format: " + format.value()).refused();
        }
        return OutputFormat.of(format.value()).orElseThrow(format::bad);
    }

    /** What is written of this input. */
    OutputFormat of(Input input) {
        var from = input.sameFormat();
        return named.orElse(same ? from : from.usual());
    }

    /** Whether all frames are written: of a GIF as GIF, of a WebP as WebP or GIF. */
    static boolean staysAnimated(Input input, OutputFormat to) {
        var from = input.sameFormat();
        return input.frames() > 1
                && switch (to) {
                    case GIF -> from == OutputFormat.GIF || from == OutputFormat.WEBP;
                    case WEBP -> from == OutputFormat.WEBP;
                    default -> false;
                };
    }
}
