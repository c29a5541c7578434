package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;

import java.awt.Color;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** JPEGs. */
final class JpegFiles {
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final int APP14 = 0xee;
    private static final int COMMENT = 0xfe;

    /** About what the usual profiles for print make of pure inks. */
    private static final Look INKS =
            Look.of(
                            new Color(0, 160, 225),
                            new Color(225, 0, 128),
                            new Color(255, 240, 0),
                            new Color(35, 31, 32))
                    .within(48);

    private final Look look = Look.colored();
    private final byte[] plain = write(look.draw(BufferedImage.TYPE_INT_RGB), false);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var jpegs = new JpegFiles();
        jpegs.addKinds();
        jpegs.addOrientations();
        jpegs.addProfiles();
        jpegs.addInks();
        jpegs.addSegments();
        return jpegs.files;
    }

    private void addKinds() {
        shown("baseline", plain, look);
        shown("progressive", write(look.draw(BufferedImage.TYPE_INT_RGB), true), look);
        var greys = Look.of(grey(20), grey(90), grey(170), grey(240));
        shown("grey", write(greys.draw(BufferedImage.TYPE_BYTE_GRAY), false), greys);
        shown("one-pixel", flat(1, 1), Look.flat(1, 1, Color.ORANGE));
        shown("one-column", flat(1, 5000), Look.flat(1, 5000, Color.ORANGE));
        shown("one-row", flat(5000, 1), Look.flat(5000, 1, Color.ORANGE));
        shown("seven-by-nine", flat(7, 9), Look.flat(7, 9, Color.ORANGE));
    }

    private void addOrientations() {
        for (var orientation = 1; orientation <= 8; orientation++) {
            var stored = Orientations.store(look.draw(BufferedImage.TYPE_INT_RGB), orientation);
            shown(
                    "orientation-" + orientation,
                    with(write(stored, orientation % 2 == 0), exif(orientation)),
                    orientation >= 5 ? look.storedTurned() : look);
        }
        for (var wrong : new int[] {0, 9, 255, 65_535}) {
            shown("orientation-" + wrong, with(plain, exif(wrong)), look);
        }
        shown(
                "exif-noise",
                with(plain, segment(APP1, join(latin("Exif\0\0"), Profiles.noise()))),
                look);
        shown("exif-empty", with(plain, segment(APP1, latin("Exif\0\0"))), look);
        var circular = exif(1);
        // the next directory is this one
        circular[circular.length - 1] = 8;
        shown("exif-circular", with(plain, circular), look);
    }

    private void addProfiles() {
        shown(
                "icc-exchanged",
                with(plain, profile(Profiles.exchanged())),
                look.map(Profiles::exchanged));
        shown("icc-linear", with(plain, profile(Profiles.linear())), look.map(Profiles::linear));
        shown("icc-grey", with(plain, profile(Profiles.grey())), look);
        shown("icc-noise", with(plain, profile(Profiles.noise())), look);
        shown("icc-cut", with(plain, profile(Profiles.cut())), look);
        shown("icc-lying", with(plain, profile(Profiles.lying())), look);
        shown(
                "icc-second-of-three",
                with(
                        plain,
                        segment(
                                APP2,
                                join(
                                        latin("ICC_PROFILE\0"),
                                        Octets.of(2, 3),
                                        Profiles.exchanged()))),
                look);
    }

    private void addInks() {
        // without a word from Adobe, readers disagree which end of the scale is ink
        files.add(OddFile.harmless("cmyk.jpg", inks(false, Ink.INVERTED)));
        shown("cmyk-adobe", inks(true, Ink.INVERTED), INKS);
        shown("ycck", inks(true, Ink.YCCK), INKS);
        shown("cmyk-icc-noise", with(inks(true, Ink.INVERTED), profile(Profiles.noise())), INKS);
        shown("cmyk-icc-rgb", with(inks(true, Ink.INVERTED), profile(Profiles.exchanged())), INKS);
    }

    private void addSegments() {
        shown("comment", with(plain, segment(COMMENT, new byte[65_533])), look);
        shown("fill-bytes", with(plain, Octets.of(0xff, 0xff, 0xff)), look);
        shown("trailing", join(plain, Profiles.noise()), look);
        shown("two-in-one", join(plain, flat(5, 5)), look);
        files.add(
                new OddFile(
                        "no-end.jpg",
                        Arrays.copyOf(plain, plain.length - 2),
                        new Truth.Damaged(look)));
        var many = new byte[0];
        for (var i = 0; i < 500; i++) {
            many = join(many, segment(APP1, latin("Exif\0\0MM")));
        }
        files.add(OddFile.harmless("many-segments.jpg", with(plain, many)));
    }

    private void shown(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name + ".jpg", bytes, "jpeg", seen));
    }

    private static byte[] flat(int width, int height) {
        return write(
                Look.flat(width, height, Color.ORANGE).draw(BufferedImage.TYPE_INT_RGB), false);
    }

    static byte[] write(BufferedImage image, boolean progressive) {
        return write(new IIOImage(image, null, null), progressive);
    }

    private static byte[] write(IIOImage image, boolean progressive) {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            var how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(0.92f);
            how.setProgressiveMode(
                    progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(stream);
            writer.write(null, image, how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** How four inks are stored. */
    private enum Ink {
        INVERTED,
        YCCK
    }

    /** Cyan, magenta, yellow and black. */
    private byte[] inks(boolean adobe, Ink how) {
        var raster =
                Raster.createInterleavedRaster(
                        DataBuffer.TYPE_BYTE, look.width(), look.height(), 4, new Point());
        for (var y = 0; y < look.height(); y++) {
            for (var x = 0; x < look.width(); x++) {
                raster.setPixel(x, y, stored(look.quarter(x, y), how));
            }
        }
        var bytes = write(new IIOImage(raster, null, null), false);
        var header = join(latin("Adobe"), Octets.of(0, 100, 0, 0, 0, 0, how == Ink.YCCK ? 2 : 0));
        return adobe ? with(bytes, segment(APP14, header)) : bytes;
    }

    private static int[] stored(int quarter, Ink how) {
        var inks = new int[4];
        inks[quarter] = 255;
        for (var i = 0; i < 4; i++) {
            inks[i] = 255 - inks[i];
        }
        return how == Ink.INVERTED ? inks : ycck(inks);
    }

    /** The decoder gives 255 less red, green and blue for the inks. */
    private static int[] ycck(int[] inks) {
        var red = 255 - inks[0];
        var green = 255 - inks[1];
        var blue = 255 - inks[2];
        return new int[] {
            clamped(0.299 * red + 0.587 * green + 0.114 * blue),
            clamped(128 - 0.168736 * red - 0.331264 * green + 0.5 * blue),
            clamped(128 + 0.5 * red - 0.418688 * green - 0.081312 * blue),
            inks[3]
        };
    }

    private static int clamped(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    private static Color grey(int value) {
        return new Color(value, value, value);
    }

    /** Put behind the start of a JPEG. */
    static byte[] with(byte[] jpeg, byte[] segment) {
        return Octets.insert(jpeg, 2, segment);
    }

    private static byte[] segment(int marker, byte[] content) {
        return join(Octets.of(0xff, marker), Octets.bigEndian16(content.length + 2), content);
    }

    private static byte[] profile(byte[] icc) {
        return segment(APP2, join(latin("ICC_PROFILE\0"), Octets.of(1, 1), icc));
    }

    private static byte[] exif(int orientation) {
        return segment(
                APP1,
                join(
                        latin("Exif\0\0MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1"),
                        Octets.bigEndian16(orientation),
                        new byte[6]));
    }
}
