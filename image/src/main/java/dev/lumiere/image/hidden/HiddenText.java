package dev.lumiere.image.hidden;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * A few letters and digits hidden in a picture: six bits each and a checksum, in a {@link
 * ConvolutionalCode}, strewn all over the picture as often as there is room.
 */
public final class HiddenText {
    public static final int MAX_LENGTH = 15;

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH_BITS = 4;
    private static final int LETTER_BITS = 6;
    private static final int SUM_BITS = 24;
    private static final int BITS = LENGTH_BITS + MAX_LENGTH * LETTER_BITS + SUM_BITS;
    private static final double STEP = 12;
    private static final long SEED = 0x74657874L;

    private final HiddenBits hidden;
    private final int[] codedAt;

    /**
     * Where it is.
     *
     * @param edge of the canvas, a multiple of 8 and not larger than the picture by much
     */
    public HiddenText(int edge) {
        this.hidden = new HiddenBits(edge, STEP);
        this.codedAt = strewn(hidden.places(), ConvolutionalCode.codedLength(BITS));
    }

    /** Whether it is 1 to {@value #MAX_LENGTH} letters and digits of ASCII. */
    public static boolean canHide(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
    }

    /** Changes the pixels. */
    public void write(Pixels pixels, String text) {
        if (!canHide(text)) {
            throw new IllegalArgumentException("cannot be hidden: " + text);
        }
        var coded = ConvolutionalCode.encode(bits(text));
        var places = new boolean[codedAt.length];
        for (var place = 0; place < places.length; place++) {
            places[place] = coded[codedAt[place]];
        }
        hidden.write(pixels, places);
    }

    /** Empty if there is none, or too little left of it. */
    public Optional<String> read(Pixels pixels) {
        var signs = hidden.read(pixels);
        var sums = new float[ConvolutionalCode.codedLength(BITS)];
        for (var place = 0; place < signs.length; place++) {
            sums[codedAt[place]] += signs[place];
        }
        return text(ConvolutionalCode.decode(sums));
    }

    private static boolean[] bits(String text) {
        var bits = new boolean[BITS];
        put(bits, 0, LENGTH_BITS, text.length());
        for (var i = 0; i < text.length(); i++) {
            put(bits, LENGTH_BITS + i * LETTER_BITS, LETTER_BITS, ALPHABET.indexOf(text.charAt(i)));
        }
        put(bits, BITS - SUM_BITS, SUM_BITS, sum(bits));
        return bits;
    }

    private static Optional<String> text(boolean[] bits) {
        if (get(bits, BITS - SUM_BITS, SUM_BITS) != sum(bits)) {
            return Optional.empty();
        }
        var text = new StringBuilder();
        for (var i = 0; i < get(bits, 0, LENGTH_BITS); i++) {
            var letter = get(bits, LENGTH_BITS + i * LETTER_BITS, LETTER_BITS);
            if (letter >= ALPHABET.length()) {
                return Optional.empty();
            }
            text.append(ALPHABET.charAt(letter));
        }
        return Optional.of(text.toString()).filter(HiddenText::canHide);
    }

    private static int sum(boolean[] bits) {
        var crc = new CRC32();
        for (var i = 0; i < BITS - SUM_BITS; i++) {
            crc.update(bits[i] ? 1 : 0);
        }
        return (int) crc.getValue() & (1 << SUM_BITS) - 1;
    }

    private static void put(boolean[] bits, int at, int count, int value) {
        for (var i = 0; i < count; i++) {
            bits[at + i] = (value >> (count - 1 - i) & 1) == 1;
        }
    }

    private static int get(boolean[] bits, int at, int count) {
        var value = 0;
        for (var i = 0; i < count; i++) {
            value = value << 1 | (bits[at + i] ? 1 : 0);
        }
        return value;
    }

    /** For each place one of the numbers below {@code count}, all about equally often. */
    private static int[] strewn(int places, int count) {
        var strewn = new int[places];
        var random = new SplittableRandom(SEED);
        for (var i = 0; i < places; i++) {
            var other = random.nextInt(i + 1);
            strewn[i] = strewn[other];
            strewn[other] = i % count;
        }
        return strewn;
    }
}
