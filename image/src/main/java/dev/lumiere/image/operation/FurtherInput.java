package dev.lumiere.image.operation;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;
import java.util.Locale;

/**
 * A further picture that an argument names. Its bytes are as little to be trusted as the source's
 * and are held against the same limits; what is wrong with them is refused with the argument's name
 * before it.
 *
 * @param argument what the argument is called
 * @param name what the input is called: the argument's value, base64url without padding
 */
record FurtherInput(String argument, String name) {

    /** Named by the key of an object in the source's bucket. */
    static FurtherInput ofKey(Parameter parameter) {
        return of(parameter, parameter.text());
    }

    /** Named by a URL: {@code http:}, {@code https:} or {@code kodo://BUCKET/KEY}. */
    static FurtherInput ofUrl(Parameter parameter) {
        var url = parameter.text();
        var lower = url.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://")
                && !lower.startsWith("https://")
                && !url.startsWith("kodo://")) {
            throw parameter.bad();
        }
        return of(parameter, url);
    }

    private static FurtherInput of(Parameter parameter, String text) {
        if (text.isEmpty()) {
            throw parameter.bad();
        }
        return new FurtherInput(parameter.name(), Base64Values.encode(text));
    }

    /** Reads its header. */
    Input read(Tools tools) {
        try {
            return Source.read(tools.scope(), tools.input(name), tools.config());
        } catch (Problem.Refused e) {
            throw named(e);
        }
    }

    /** Its first frame of that size, upright, in sRGB or grey of eight bits, in memory, bare. */
    Image image(Input read, Size size, Tools tools) {
        var painter = tools.painter();
        try {
            var image = read.images(tools.scope(), size, false).getFirst();
            return tools.scope()
                    .bare(painter.display(painter.shape(image, new Geometry(size, size))));
        } catch (VipsException e) {
            throw named(Source.corrupt(e));
        } catch (Problem.Refused e) {
            throw named(e);
        }
    }

    private Problem.Refused named(Problem.Refused refused) {
        var problem = refused.problem();
        return Problem.of(problem.status(), argument + ": " + problem.error()).refused();
    }
}
