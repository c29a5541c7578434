package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.bigEndian;
import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;

/**
 * Writes PNGs of every kind.
 *
 * @param colors 0 grey, 2 RGB, 3 palette, 4 grey with opacity, 6 RGB with opacity
 * @param bits of a sample
 * @param interlaced by Adam7
 * @see <a href="https://www.w3.org/TR/png-3/">PNG</a>
 */
record PngBytes(int width, int height, int colors, int bits, boolean interlaced) {
    static final byte[] SIGNATURE = Octets.of(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');

    private static final int[][] PASSES = {
        {0, 0, 8, 8},
        {4, 0, 8, 8},
        {0, 4, 4, 8},
        {2, 0, 4, 4},
        {0, 2, 2, 4},
        {1, 0, 2, 2},
        {0, 1, 1, 2}
    };

    /** What is in a place, as stored. */
    @FunctionalInterface
    interface Samples {
        int[] at(int x, int y);
    }

    /** With these chunks before its pixels. */
    byte[] write(Samples samples, byte[]... chunks) {
        return join(
                SIGNATURE,
                header(),
                join(chunks),
                chunk("IDAT", Octets.deflated(rows(samples))),
                chunk("IEND", new byte[0]));
    }

    byte[] header() {
        return chunk(
                "IHDR",
                join(
                        bigEndian(width),
                        bigEndian(height),
                        Octets.of(bits, colors, 0, 0, interlaced ? 1 : 0)));
    }

    /** Not deflated yet. */
    byte[] rows(Samples samples) {
        var out = new ByteArrayOutputStream();
        if (!interlaced) {
            addPass(out, samples, new int[] {0, 0, 1, 1});
            return out.toByteArray();
        }
        for (var pass : PASSES) {
            addPass(out, samples, pass);
        }
        return out.toByteArray();
    }

    private void addPass(ByteArrayOutputStream out, Samples samples, int[] pass) {
        for (var y = pass[1]; y < height && pass[0] < width; y += pass[3]) {
            out.write(0); // the filter: none
            var pending = 0;
            var filled = 0;
            for (var x = pass[0]; x < width; x += pass[2]) {
                for (var sample : samples.at(x, y)) {
                    pending = (pending << bits) | sample;
                    filled += bits;
                    while (filled >= 8) {
                        filled -= 8;
                        out.write(pending >> filled);
                    }
                    pending &= (1 << filled) - 1;
                }
            }
            if (filled > 0) {
                out.write(pending << (8 - filled));
            }
        }
    }

    static byte[] chunk(String type, byte[] data) {
        var crc = new CRC32();
        crc.update(latin(type));
        crc.update(data);
        return join(bigEndian(data.length), latin(type), data, bigEndian((int) crc.getValue()));
    }
}
