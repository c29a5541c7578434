package dev.lumiere.systemtest.corpus;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a picture of four flat quarters is to look.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param turned whether it is stored with its sides exchanged
 * @param quarters colour and opacity: top left, top right, bottom left, bottom right
 * @param tolerance by how much each of red, green and blue may differ
 */
public record Look(int width, int height, boolean turned, List<Color> quarters, int tolerance) {
    /** What codecs that lose something are granted. */
    static final int LOSSY = 24;

    static final List<Color> COLORS =
            List.of(
                    new Color(230, 40, 40),
                    new Color(40, 180, 60),
                    new Color(40, 60, 220),
                    new Color(240, 220, 40));

    /** Such that a quarter's middle is flat at an eighth of the size too. */
    static Look colored() {
        return new Look(96, 64, false, COLORS, LOSSY);
    }

    static Look of(Color... quarters) {
        return new Look(96, 64, false, List.of(quarters), LOSSY);
    }

    static Look flat(int width, int height, Color color) {
        return new Look(width, height, false, List.of(color, color, color, color), LOSSY);
    }

    Look sized(int newWidth, int newHeight) {
        return new Look(newWidth, newHeight, turned, quarters, tolerance);
    }

    Look within(int newTolerance) {
        return new Look(width, height, turned, quarters, newTolerance);
    }

    Look storedTurned() {
        return new Look(width, height, true, quarters, tolerance);
    }

    /** With other colours in the same places. */
    public Look map(UnaryOperator<Color> change) {
        return new Look(width, height, turned, quarters.stream().map(change).toList(), tolerance);
    }

    /** Laid over white, as where a format has no opacity. */
    public Look overWhite() {
        return map(Look::overWhite);
    }

    /** Turned by 90 degrees with the clock. */
    public Look clockwise() {
        return new Look(
                /* width= */ height,
                /* height= */ width,
                turned,
                List.of(quarters.get(2), quarters.get(0), quarters.get(3), quarters.get(1)),
                tolerance);
    }

    /** Which quarter a place is in, 0 to 3. */
    int quarter(int x, int y) {
        return (x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2);
    }

    Color at(int x, int y) {
        return quarters.get(quarter(x, y));
    }

    /** The picture itself, with opacity. */
    BufferedImage draw() {
        return draw(BufferedImage.TYPE_INT_ARGB);
    }

    BufferedImage draw(int type) {
        var image = new BufferedImage(width, height, type);
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    // the JDK takes the numbers of such images for linear, which no file does
                    image.getRaster().setSample(x, y, 0, at(x, y).getRed());
                } else {
                    image.setRGB(x, y, at(x, y).getRGB());
                }
            }
        }
        return image;
    }

    /** What is wrong with the middles of an image's quarters; empty if nothing is. */
    public Optional<String> differenceFrom(BufferedImage image) {
        for (var quarter = 0; quarter < 4; quarter++) {
            var x = image.getWidth() * (1 + 2 * (quarter % 2)) / 4;
            var y = image.getHeight() * (1 + 2 * (quarter / 2)) / 4;
            var is = mean(image, x, y);
            var shouldBe = quarters.get(quarter);
            if (!isNear(is, shouldBe)) {
                return Optional.of(
                        "quarter %d is %s, not %s".formatted(quarter, word(is), word(shouldBe)));
            }
        }
        return Optional.empty();
    }

    /** Of a few pixels around a place. */
    private static Color mean(BufferedImage image, int centerX, int centerY) {
        var reach = Math.min(image.getWidth(), image.getHeight()) / 10;
        var sums = new long[4];
        var count = 0;
        for (var y = Math.max(0, centerY - reach);
                y <= Math.min(image.getHeight() - 1, centerY + reach);
                y++) {
            for (var x = Math.max(0, centerX - reach);
                    x <= Math.min(image.getWidth() - 1, centerX + reach);
                    x++) {
                var color = new Color(image.getRGB(x, y), true);
                sums[0] += color.getRed();
                sums[1] += color.getGreen();
                sums[2] += color.getBlue();
                sums[3] += color.getAlpha();
                count++;
            }
        }
        return new Color(
                (int) (sums[0] / count),
                (int) (sums[1] / count),
                (int) (sums[2] / count),
                (int) (sums[3] / count));
    }

    /** What cannot be seen may have any colour. */
    private boolean isNear(Color is, Color shouldBe) {
        if (!isNear(is.getAlpha(), shouldBe.getAlpha())) {
            return false;
        }
        return shouldBe.getAlpha() == 0
                || (isNear(is.getRed(), shouldBe.getRed())
                        && isNear(is.getGreen(), shouldBe.getGreen())
                        && isNear(is.getBlue(), shouldBe.getBlue()));
    }

    private boolean isNear(int is, int shouldBe) {
        return Math.abs(is - shouldBe) <= tolerance;
    }

    private static Color overWhite(Color color) {
        var opacity = color.getAlpha() / 255.0;
        return new Color(
                (int) Math.round(color.getRed() * opacity + 255 * (1 - opacity)),
                (int) Math.round(color.getGreen() * opacity + 255 * (1 - opacity)),
                (int) Math.round(color.getBlue() * opacity + 255 * (1 - opacity)));
    }

    private static String word(Color color) {
        return "#%08x".formatted(color.getRGB());
    }
}
