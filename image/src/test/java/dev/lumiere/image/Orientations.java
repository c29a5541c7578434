package dev.lumiere.image;

import java.awt.image.BufferedImage;

/** How a camera stores a picture that it then says is oriented in one of EXIF's eight ways. */
final class Orientations {
    private Orientations() {}

    static BufferedImage store(BufferedImage upright, int orientation) {
        var width = upright.getWidth();
        var height = upright.getHeight();
        var turned = orientation >= 5;
        var stored =
                new BufferedImage(
                        turned ? height : width,
                        turned ? width : height,
                        BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < width; x++) {
            for (var y = 0; y < height; y++) {
                var right = width - 1 - x;
                var down = height - 1 - y;
                var at =
                        switch (orientation) {
                            case 1 -> new int[] {x, y};
                            case 2 -> new int[] {right, y};
                            case 3 -> new int[] {right, down};
                            case 4 -> new int[] {x, down};
                            case 5 -> new int[] {y, x};
                            case 6 -> new int[] {y, right};
                            case 7 -> new int[] {down, right};
                            default -> new int[] {down, x};
                        };
                stored.setRGB(at[0], at[1], upright.getRGB(x, y));
            }
        }
        return stored;
    }
}
