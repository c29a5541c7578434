package dev.lumiere.systemtest.corpus;

import java.awt.image.BufferedImage;

/** How a camera stores a picture that it then says is oriented in one of EXIF's eight ways. */
final class Orientations {
    private Orientations() {}

    static BufferedImage store(BufferedImage upright, int orientation) {
        var width = upright.getWidth();
        var height = upright.getHeight();
        var stored =
                orientation >= 5
                        ? new BufferedImage(height, width, upright.getType())
                        : new BufferedImage(width, height, upright.getType());
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                var right = width - 1 - x;
                var down = height - 1 - y;
                var color = upright.getRGB(x, y);
                switch (orientation) {
                    case 1 -> stored.setRGB(x, y, color);
                    case 2 -> stored.setRGB(right, y, color);
                    case 3 -> stored.setRGB(right, down, color);
                    case 4 -> stored.setRGB(x, down, color);
                    case 5 -> stored.setRGB(y, x, color);
                    case 6 -> stored.setRGB(y, right, color);
                    case 7 -> stored.setRGB(down, right, color);
                    default -> stored.setRGB(down, x, color);
                }
            }
        }
        return stored;
    }
}
