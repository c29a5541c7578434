package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A window over a picture that shows background where the picture ends: {@code 642x429} in its
 * middle, {@code 642x429-1-1} from a column before and a row above its first, {@code -3+0} as large
 * as it; after a {@code !} an {@code a} may stand for the {@code +}.
 *
 * @param size empty for the picture's own
 * @param centered else from {@code left} and {@code top} on
 * @param left less than the picture's width
 * @param top less than the picture's height
 */
record ExtentGeometry(Optional<Size> size, boolean centered, int left, int top) {
    private static final int MAX_LENGTH = 10_000;
    private static final Pattern FORM =
            Pattern.compile("(?!$)(?:(\\d+)x(\\d+))?(?:([-+]\\d+)([-+]\\d+))?");

    /**
     * Reads one.
     *
     * @throws dev.lumiere.service.Problem.Refused with status 400 if it is none
     */
    static ExtentGeometry read(Parameter parameter) {
        var form = FORM.matcher(ThumbnailGeometry.unescaped(parameter.value()));
        if (!form.matches()) {
            throw parameter.bad();
        }
        var size =
                Optional.ofNullable(form.group(1))
                        .map(width ->
                                new Size(
                                        length(parameter, width),
                                        length(parameter, form.group(2))));
        return new ExtentGeometry(
                size,
                form.group(3) == null,
                CropGeometry.offset(parameter, form.group(3)),
                CropGeometry.offset(parameter, form.group(4)));
    }

    private static int length(Parameter parameter, String digits) {
        return new Parameter(parameter.name(), digits).integer(1, MAX_LENGTH);
    }

    /** The window over a picture of this size; empty if it shows nothing of it. */
    Optional<Box> of(Size from) {
        var window = size.orElse(from);
        var box = centered ? Box.centered(window, from) : new Box(left, top, window);
        return box.within(from).map(_ -> box);
    }
}
