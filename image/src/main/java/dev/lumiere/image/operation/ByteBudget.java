package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.SizeLimit;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * {@code size-limit} and {@code max-bytes}: how large a file may be.
 *
 * @param maxBytes at least 1; empty for as many as the input has
 * @param strict the input is given instead if the result does not fit or is not smaller
 * @param onlyJpeg no other format's quality is lowered
 */
record ByteBudget(OptionalLong maxBytes, boolean strict, boolean onlyJpeg) {
    private static final Pattern SIZE_LIMIT =
            Pattern.compile("(?:(\\d+)([kKmM]?)|\\$\\(fsize\\))(!?)");
    private static final Pattern MAX_BYTES = Pattern.compile("(\\d+)([kKmM]?)");

    /** {@code size-limit/20k}, {@code size-limit/1m!}, {@code size-limit/$(fsize)!}. */
    static ByteBudget sizeLimit(Parameter parameter) {
        var form = SIZE_LIMIT.matcher(parameter.value());
        if (!form.matches()) {
            throw parameter.bad();
        }
        var bytes =
                form.group(1) == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(bytes(parameter, form.group(1), form.group(2)));
        return new ByteBudget(bytes, !form.group(3).isEmpty(), true);
    }

    /** {@code max-bytes/20k}. */
    static ByteBudget maxBytes(Parameter parameter) {
        var form = MAX_BYTES.matcher(parameter.value());
        if (!form.matches()) {
            throw parameter.bad();
        }
        var bytes = bytes(parameter, form.group(1), form.group(2));
        return new ByteBudget(OptionalLong.of(bytes), false, false);
    }

    private static long bytes(Parameter parameter, String digits, String unit) {
        long number = new Parameter(parameter.name(), digits).integer(1, Integer.MAX_VALUE);
        return switch (unit) {
            case "k", "K" -> number << 10;
            case "m", "M" -> number << 20;
            default -> number;
        };
    }

    /** Whether the bytes of the input matter. */
    boolean needsInput() {
        return strict || maxBytes.isEmpty();
    }

    /** For one input; an animation that another stage made is not written to be compared. */
    SizeLimit on(Input input) {
        return needsInput() && input instanceof Picture && input.frames() > 1
                ? new SizeLimit(
                        OptionalLong.of(maxBytes.orElse(Long.MAX_VALUE)), false, onlyJpeg, input)
                : new SizeLimit(maxBytes, strict, onlyJpeg, input);
    }
}
