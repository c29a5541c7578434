package dev.lumiere.image.hidden;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A picture of eight bits a band, its rows one after the other.
 *
 * @param bands 1 for grey, 2 for grey with opacity, 3 for RGB, 4 for RGB with opacity
 */
public record Pixels(MemorySegment bytes, int width, int height, int bands) {
    public Pixels {
        if (width < 1 || height < 1 || bands < 1 || bands > 4) {
            throw new IllegalArgumentException(width + "x" + height + "x" + bands);
        }
        if (bytes.byteSize() != (long) width * height * bands) {
            throw new IllegalArgumentException(
                    bytes.byteSize() + " bytes for " + width + "x" + height + "x" + bands);
        }
    }

    private boolean isGrey() {
        return bands < 3;
    }

    byte[] row(int y) {
        var row = new byte[width * bands];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, (long) y * row.length, row, 0, row.length);
        return row;
    }

    void setRow(int y, byte[] row) {
        MemorySegment.copy(row, 0, bytes, ValueLayout.JAVA_BYTE, (long) y * row.length, row.length);
    }

    /** Adds to the luminance of each pixel, as far as it can be lighter or darker. */
    void lighten(byte[] row, float[] by) {
        var colors = isGrey() ? 1 : 3;
        for (int x = 0, at = 0; x < width; x++, at += bands) {
            var amount = (int) Math.floor(by[x] + 0.5f);
            for (var band = at; band < at + colors; band++) {
                row[band] = (byte) Math.max(0, Math.min(255, (row[band] & 0xff) + amount));
            }
        }
    }

    /** Y of ITU-R BT.601, as JPEG has it. */
    float luminance(byte[] row, int x) {
        var at = x * bands;
        return isGrey()
                ? row[at] & 0xff
                : 0.299f * (row[at] & 0xff)
                        + 0.587f * (row[at + 1] & 0xff)
                        + 0.114f * (row[at + 2] & 0xff);
    }
}
