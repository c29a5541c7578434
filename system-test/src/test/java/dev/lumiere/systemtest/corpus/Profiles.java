package dev.lumiere.systemtest.corpus;

import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.util.Arrays;
import java.util.SplittableRandom;

/** ICC profiles of several kinds, and what they make of a colour. */
final class Profiles {
    private static final int MANUFACTURER = 48;
    private static final int TAGS = 132;
    private static final int TAG = 12;

    private Profiles() {}

    /** In which red's number means green and green's means red. */
    static byte[] exchanged() {
        var profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData().clone();
        // else it would be taken for the usual sRGB, by its name
        Arrays.fill(profile, MANUFACTURER, MANUFACTURER + 8, (byte) 0);
        for (var at = TAGS; at < TAGS + TAG * profile[TAGS - 1]; at += TAG) {
            if (profile[at + 1] == 'X' && profile[at] == 'r') {
                profile[at] = 'g';
            } else if (profile[at + 1] == 'X' && profile[at] == 'g') {
                profile[at] = 'r';
            }
        }
        return profile;
    }

    static Color exchanged(Color color) {
        return new Color(color.getGreen(), color.getRed(), color.getBlue(), color.getAlpha());
    }

    /** In which numbers are proportional to light. */
    static byte[] linear() {
        return ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    }

    static Color linear(Color color) {
        return new Color(
                encoded(color.getRed()),
                encoded(color.getGreen()),
                encoded(color.getBlue()),
                color.getAlpha());
    }

    /** Grey, proportional to light. */
    static byte[] grey() {
        return ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    }

    /** That says nothing. */
    static byte[] noise() {
        var bytes = new byte[700];
        new SplittableRandom(700).nextBytes(bytes);
        return bytes;
    }

    /** That ends within its table of tags. */
    static byte[] cut() {
        return Arrays.copyOf(exchanged(), 200);
    }

    /** Whose tags lie far behind its end. */
    static byte[] lying() {
        var profile = exchanged();
        for (var tag = 0; tag < profile[TAGS - 1]; tag++) {
            System.arraycopy(Octets.bigEndian(0x7ffffff0), 0, profile, TAGS + TAG * tag + 4, 4);
        }
        return profile;
    }

    /** By sRGB's curve. */
    private static int encoded(int value) {
        var light = value / 255.0;
        var out = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * out);
    }
}
