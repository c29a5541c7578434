package dev.lumiere.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * How like a thumbnail is to one made from all pixels of its source (Lanczos, no lossy step). Tools
 * round the crop differently, so the best of a few offsets counts.
 */
final class Quality {
    static final int SAMPLES = 5;
    private static final int SIDE = 200;
    private static final int WINDOW = 8;
    private static final double C1 = 6.5025; // (0.01 * 255)²
    private static final double C2 = 58.5225; // (0.03 * 255)²

    private final BufferedImage reference;

    private Quality(BufferedImage reference) {
        this.reference = reference;
    }

    /**
     * How far apart two pictures are.
     *
     * @param psnr of red, green and blue together, decibels
     * @param ssim of the luma, mean over windows of 8×8
     * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang et al. (2004)</a>
     */
    record Likeness(double psnr, double ssim) {}

    static Quality of(Machine machine, Path source) throws IOException, InterruptedException {
        var file = machine.scratch().resolve("full-" + source.getFileName() + ".png");
        if (!java.nio.file.Files.exists(file)) {
            // 4000×3000 to 267×200; sRGB values as they are, as all the tools compared do
            machine.run(
                    "vips",
                    "resize",
                    source.toString(),
                    file.toString(),
                    "0.06666666667",
                    "--kernel",
                    "lanczos3");
        }
        return new Quality(ImageIO.read(file.toFile()));
    }

    Likeness likeness(byte[] thumbnail) throws IOException {
        var picture = ImageIO.read(new ByteArrayInputStream(thumbnail));
        if (picture.getWidth() != SIDE || picture.getHeight() != SIDE) {
            throw new IOException("not 200×200: " + picture.getWidth() + "×" + picture.getHeight());
        }
        var best = new Likeness(0, 0);
        for (var x = 31; x <= 35; x++) {
            var part = reference.getSubimage(x, 0, SIDE, SIDE);
            var psnr = psnr(part, picture);
            if (psnr > best.psnr()) {
                best = new Likeness(psnr, ssim(part, picture));
            }
        }
        return best;
    }

    static Likeness mean(List<Likeness> all) {
        return new Likeness(
                all.stream().mapToDouble(Likeness::psnr).average().orElseThrow(),
                all.stream().mapToDouble(Likeness::ssim).average().orElseThrow());
    }

    private static double psnr(BufferedImage one, BufferedImage other) {
        var sum = 0.0;
        for (var y = 0; y < SIDE; y++) {
            for (var x = 0; x < SIDE; x++) {
                var a = one.getRGB(x, y);
                var b = other.getRGB(x, y);
                for (var shift = 0; shift <= 16; shift += 8) {
                    var difference = (a >> shift & 0xff) - (b >> shift & 0xff);
                    sum += difference * difference;
                }
            }
        }
        return 10 * Math.log10(255 * 255 / (sum / (3 * SIDE * SIDE)));
    }

    private static double ssim(BufferedImage one, BufferedImage other) {
        var sum = 0.0;
        var windows = 0;
        for (var y = 0; y + WINDOW <= SIDE; y += WINDOW / 2) {
            for (var x = 0; x + WINDOW <= SIDE; x += WINDOW / 2) {
                sum += ssim(one, other, x, y);
                windows++;
            }
        }
        return sum / windows;
    }

    private static double ssim(BufferedImage one, BufferedImage other, int left, int top) {
        double a = 0;
        double b = 0;
        double aa = 0;
        double bb = 0;
        double ab = 0;
        for (var y = top; y < top + WINDOW; y++) {
            for (var x = left; x < left + WINDOW; x++) {
                var p = luma(one.getRGB(x, y));
                var q = luma(other.getRGB(x, y));
                a += p;
                b += q;
                aa += p * p;
                bb += q * q;
                ab += p * q;
            }
        }
        var n = WINDOW * WINDOW;
        a /= n;
        b /= n;
        var varianceA = aa / n - a * a;
        var varianceB = bb / n - b * b;
        var covariance = ab / n - a * b;
        return (2 * a * b + C1)
                * (2 * covariance + C2)
                / ((a * a + b * b + C1) * (varianceA + varianceB + C2));
    }

    private static double luma(int rgb) {
        return 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
    }
}
