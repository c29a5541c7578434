package dev.lumiere.image.picture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is told by the segments of a JPEG before its first scan.
 *
 * @param components 1 for grey, 3 for YCbCr, 4 for CMYK; 0 if there is no frame header
 * @param quality 1 to 100, estimated from the first quantization table; 100 if there is none
 */
public record JpegHeader(int components, int quality) {
    private static final int SOI = 0xd8;
    private static final int DQT = 0xdb;
    private static final int SOS = 0xda;
    private static final int MAX_SEGMENTS = 10_000;

    /** Table K.1 of ITU-T T.81, luminance, in the zigzag order files have it. */
    private static final int[] STANDARD = {
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, //
        26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, //
        56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, //
        95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99
    };

    /** Reads as far as the segments make sense. */
    public static JpegHeader read(MemorySegment jpeg) {
        var components = 0;
        var quality = 100;
        var tables = 0;
        long at = 0;
        for (var segment = 0; segment < MAX_SEGMENTS && at + 4 <= jpeg.byteSize(); segment++) {
            if (octet(jpeg, at) != 0xff) {
                break;
            }
            var marker = octet(jpeg, at + 1);
            if (marker == SOI || marker == 0xff) {
                at += marker == SOI ? 2 : 1;
                continue;
            }
            var length = octet(jpeg, at + 2) << 8 | octet(jpeg, at + 3);
            var end = at + 2 + length;
            if (marker == SOS || end > jpeg.byteSize()) {
                break;
            }
            if (marker == DQT && tables++ == 0) {
                quality = quality(jpeg, at + 4, end);
            }
            if (isFrame(marker) && length >= 8) {
                components = octet(jpeg, at + 9);
            }
            at = end;
        }
        return new JpegHeader(components, quality);
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0
                && marker <= 0xcf
                && marker != 0xc4
                && marker != 0xc8
                && marker != 0xcc;
    }

    /** The quality at which libjpeg's table has about the same sum as this one. */
    private static int quality(MemorySegment jpeg, long table, long end) {
        var wide = octet(jpeg, table) >> 4 != 0;
        if (table + 1 + (wide ? 128 : 64) > end) {
            return 100;
        }
        var sum = 0;
        for (var i = 0; i < STANDARD.length; i++) {
            var at = table + 1 + (wide ? 2L * i : i);
            sum += wide ? octet(jpeg, at) << 8 | octet(jpeg, at + 1) : octet(jpeg, at);
        }
        var nearest = 100;
        for (var quality = 100; quality >= 1; quality--) {
            if (Math.abs(sumAt(quality) - sum) < Math.abs(sumAt(nearest) - sum)) {
                nearest = quality;
            }
        }
        return nearest;
    }

    /** Of the standard table as libjpeg scales it. */
    private static int sumAt(int quality) {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var sum = 0;
        for (var step : STANDARD) {
            sum += Math.clamp((step * percent + 50) / 100, 1, 255);
        }
        return sum;
    }

    private static int octet(MemorySegment bytes, long at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }
}
