package dev.lumiere.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * How like a picture is to one made from all pixels of its source (Lanczos, no lossy step). Tools
 * round a crop differently, so the best of a few offsets counts.
 */
final class Quality {
    static final int SAMPLES = 5;

    private static final int WINDOW = 8;
    private static final double C1 = 6.5025; // (0.01 * 255)²
    private static final double C2 = 58.5225; // (0.03 * 255)²

    private final Machine machine;
    private final BufferedImage reference;
    private final int side;

    private Quality(Machine machine, BufferedImage reference, int side) {
        this.machine = machine;
        this.reference = reference;
        this.side = side;
    }

    /**
     * How far apart two pictures are.
     *
     * @param psnr of red, green and blue together, decibels
     * @param ssim of the luma, mean over windows of 8×8
     * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang et al. (2004)</a>
     */
    record Likeness(double psnr, double ssim) {}

    /** Of a centre crop of 200×200 of a source of 4000×3000. */
    static Quality ofThumbnail(Machine machine, Path source)
            throws IOException, InterruptedException {
        return new Quality(machine, shrunk(machine, source, 200.0 / 3000), 200);
    }

    /** Of the whole of a source, shrunk by a factor. */
    static Quality of(Machine machine, Path source, double scale)
            throws IOException, InterruptedException {
        return new Quality(machine, shrunk(machine, source, scale), 0);
    }

    /** sRGB values as they are, as all the tools compared do. */
    private static BufferedImage shrunk(Machine machine, Path source, double scale)
            throws IOException, InterruptedException {
        var name = "full-" + source.getFileName() + "-" + scale + ".png";
        var file = machine.scratch().resolve(name);
        if (!Files.exists(file)) {
            machine.run(
                    "vips",
                    "resize",
                    source.toString(),
                    file.toString(),
                    "%.10f".formatted(scale),
                    "--kernel",
                    "lanczos3");
        }
        return ImageIO.read(file.toFile());
    }

    /** Compares with a picture in any format. */
    Likeness likeness(byte[] picture) throws IOException, InterruptedException {
        var written = Files.write(machine.scratch().resolve("answer"), picture);
        var read = machine.scratch().resolve("answer.png");
        machine.run("vips", "copy", written.toString(), read.toString());
        var seen = ImageIO.read(read.toFile());
        var width = side == 0 ? reference.getWidth() : side;
        var height = side == 0 ? reference.getHeight() : side;
        if (seen.getWidth() != width || seen.getHeight() != height) {
            throw new IOException(
                    "%d×%d, not %d×%d".formatted(seen.getWidth(), seen.getHeight(), width, height));
        }
        var middle = (reference.getWidth() - width) / 2;
        var best = new Likeness(0, 0);
        for (var x = Math.max(0, middle - 2); x <= Math.min(middle * 2, middle + 2); x++) {
            var part = reference.getSubimage(x, 0, width, height);
            var psnr = psnr(part, seen);
            if (psnr > best.psnr()) {
                best = new Likeness(psnr, ssim(part, seen));
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
        for (var y = 0; y < one.getHeight(); y++) {
            for (var x = 0; x < one.getWidth(); x++) {
                var a = one.getRGB(x, y);
                var b = other.getRGB(x, y);
                for (var shift = 0; shift <= 16; shift += 8) {
                    var difference = (a >> shift & 0xff) - (b >> shift & 0xff);
                    sum += difference * difference;
                }
            }
        }
        return 10 * Math.log10(255 * 255 / (sum / (3 * one.getWidth() * one.getHeight())));
    }

    private static double ssim(BufferedImage one, BufferedImage other) {
        var sum = 0.0;
        var windows = 0;
        for (var y = 0; y + WINDOW <= one.getHeight(); y += WINDOW / 2) {
            for (var x = 0; x + WINDOW <= one.getWidth(); x += WINDOW / 2) {
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
