package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which part of a picture is kept: {@code 300x400} or {@code 300x400+10+10}, where after a {@code
 * !} an {@code a} may stand for the {@code +}.
 *
 * @param width 0 for all
 * @param height 0 for all
 * @param dx columns inwards from where gravity lays it; what is outside the picture is cut off
 * @param dy rows likewise
 */
record CropGeometry(int width, int height, int dx, int dy) {
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_OFFSET = 99_999;
    private static final Pattern FORM =
            Pattern.compile("(?=\\d|x\\d)(\\d*)x(\\d*)(?:([-+]\\d+)([-+]\\d+))?");

    /**
     * Reads one.
     *
     * @throws dev.lumiere.service.Problem.Refused with status 400 if it is none
     */
    static CropGeometry read(Parameter parameter) {
        var form = FORM.matcher(ThumbnailGeometry.unescaped(parameter.value()));
        if (!form.matches()) {
            throw parameter.bad();
        }
        return new CropGeometry(
                length(parameter, form.group(1)),
                length(parameter, form.group(2)),
                offset(parameter, form.group(3)),
                offset(parameter, form.group(4)));
    }

    private static int length(Parameter parameter, String digits) {
        return digits.isEmpty()
                ? 0
                : new Parameter(parameter.name(), digits).integer(0, MAX_LENGTH);
    }

    static int offset(Parameter parameter, String signed) {
        if (signed == null) {
            return 0;
        }
        var digits = signed.startsWith("+") ? signed.substring(1) : signed;
        return new Parameter(parameter.name(), digits).integer(-MAX_OFFSET, MAX_OFFSET);
    }

    /** What is kept of a picture of this size; empty if that is nothing. */
    Optional<Box> of(Size from, Gravity gravity) {
        var size =
                new Size(width == 0 ? from.width() : width, height == 0 ? from.height() : height);
        return gravity.place(size, from, dx, dy).within(from);
    }
}
