package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * To what size a picture is scaled, as ImageMagick writes it: {@code 300x200}, {@code 50%}, {@code
 * 200x200^} and so on. After a {@code !} the signs {@code %}, {@code ^} and {@code +} may be
 * written {@code p}, {@code r} and {@code a}, which need no escape in a URL.
 *
 * @param width in pixels or percent, 0 if not given; of {@link Rule#AREA} the pixels of all
 * @param height likewise; 0 of {@link Rule#AREA}
 */
record ThumbnailGeometry(Rule rule, int width, int height) {
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_AREA = 100_000_000;

    /** Over this a picture is not made larger. */
    private static final int MAX_ENLARGED_AREA = 24_999_999;

    private static final Pattern AREA = Pattern.compile("(\\d+)@");
    private static final Pattern PERCENT = Pattern.compile("(\\d+)%(x?)|x(\\d+)%");
    private static final Pattern BOX = Pattern.compile("(?=\\d|x\\d)(\\d*)(?:x(\\d*))?([!^<>]?)");

    /** What the numbers ask for. */
    enum Rule {
        /** So many percent of each side. */
        PERCENT,
        /** As large as fits into the box. */
        FIT,
        /** As small as covers the box. */
        COVER,
        /** Just so; the picture is distorted. */
        EXACT,
        /** As {@link #FIT}, but not larger than it is. */
        SHRINK,
        /** As {@link #FIT}, but only if neither side of the box is smaller. */
        ENLARGE,
        /** As many pixels at most. */
        AREA
    }

    /**
     * Reads one.
     *
     * @param proportional whether percent of one side are percent of the other too
     * @throws dev.lumiere.service.Problem.Refused with status 400 if it is none
     */
    static ThumbnailGeometry read(Parameter parameter, boolean proportional) {
        var text = unescaped(parameter.value());
        var area = AREA.matcher(text);
        if (area.matches()) {
            return new ThumbnailGeometry(Rule.AREA, number(parameter, area, 1, MAX_AREA), 0);
        }
        var percent = PERCENT.matcher(text);
        if (percent.matches()) {
            return percent(parameter, percent, proportional);
        }
        var box = BOX.matcher(text);
        if (box.matches()) {
            return new ThumbnailGeometry(
                    rule(box.group(3)),
                    number(parameter, box, 1, MAX_LENGTH),
                    number(parameter, box, 2, MAX_LENGTH));
        }
        throw parameter.bad();
    }

    private static ThumbnailGeometry percent(
            Parameter parameter, Matcher percent, boolean proportional) {
        var across = number(parameter, percent, 1, MAX_LENGTH);
        var down = number(parameter, percent, 3, MAX_LENGTH);
        var both = proportional || (across > 0 && percent.group(2).isEmpty());
        var other = both ? Math.max(across, down) : 100;
        return new ThumbnailGeometry(
                Rule.PERCENT, across > 0 ? across : other, down > 0 ? down : other);
    }

    private static Rule rule(String sign) {
        return switch (sign) {
            case "^" -> Rule.COVER;
            case "!" -> Rule.EXACT;
            case ">" -> Rule.SHRINK;
            case "<" -> Rule.ENLARGE;
            default -> Rule.FIT;
        };
    }

    static String unescaped(String text) {
        return text.startsWith("!")
                ? text.substring(1).replace('p', '%').replace('r', '^').replace('a', '+')
                : text;
    }

    private static int number(Parameter parameter, Matcher matcher, int group, int max) {
        var digits = matcher.group(group);
        return digits == null || digits.isEmpty()
                ? 0
                : new Parameter(parameter.name(), digits).integer(1, max);
    }

    /** What becomes of this size; each side is at least 1. */
    Size of(Size from) {
        return switch (rule) {
            case PERCENT -> scaled(from, width / 100.0, height / 100.0);
            case FIT -> scaled(from, fitting(from));
            case COVER -> scaled(from, covering(from));
            case EXACT ->
                    new Size(
                            width == 0 ? from.width() : width,
                            height == 0 ? from.height() : height);
            case SHRINK -> scaled(from, Math.min(1, fitting(from)));
            case ENLARGE -> scaled(from, enlarges(from) ? fitting(from) : 1);
            case AREA -> ofArea(from);
        };
    }

    private double fitting(Size from) {
        return Math.min(
                width == 0 ? Double.POSITIVE_INFINITY : (double) width / from.width(),
                height == 0 ? Double.POSITIVE_INFINITY : (double) height / from.height());
    }

    private double covering(Size from) {
        return Math.max((double) width / from.width(), (double) height / from.height());
    }

    private boolean enlarges(Size from) {
        return (width == 0 || width >= from.width()) && (height == 0 || height >= from.height());
    }

    private Size ofArea(Size from) {
        var scale = Math.sqrt((double) width / from.pixels());
        if (scale > 1 && width > MAX_ENLARGED_AREA) {
            return from;
        }
        var down = Math.clamp((long) (from.height() * scale), 1, width);
        var across = Math.clamp((long) (from.width() * scale), 1, width / down);
        return new Size(across, Math.min(down, width / across));
    }

    private static Size scaled(Size from, double scale) {
        return scaled(from, scale, scale);
    }

    private static Size scaled(Size from, double across, double down) {
        return new Size(scaled(from.width(), across), scaled(from.height(), down));
    }

    private static int scaled(int length, double scale) {
        return Math.clamp(Math.round(length * scale), 1, Integer.MAX_VALUE);
    }
}
