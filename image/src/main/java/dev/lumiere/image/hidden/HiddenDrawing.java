package dev.lumiere.image.hidden;

import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A drawing in black and white, {@value #EDGE} pixels wide and high, hidden in a picture: each
 * pixel in one block. Neighbours are hidden far apart, so that damage to a part of the picture
 * becomes specks all over the drawing.
 */
public final class HiddenDrawing {
    public static final int EDGE = 64;

    /** Of the canvas, so that it has as many blocks as the drawing has pixels. */
    public static final int CANVAS_EDGE = 8 * EDGE;

    private static final double STEP = 16;
    private static final long SEED = 0x64726177L;

    /** Mean square of what a block says, of which there is 1/8 by chance and 1 if all is well. */
    private static final double LEAST = 0.2;

    private final HiddenBits hidden = new HiddenBits(CANVAS_EDGE, STEP);
    private final int[] blocks = shuffled(EDGE * EDGE);

    /**
     * Changes the pixels.
     *
     * @param white for each pixel of the drawing, row by row
     */
    public void write(Pixels pixels, boolean[] white) {
        if (white.length != blocks.length) {
            throw new IllegalArgumentException(white.length + " pixels of a drawing");
        }
        var each = HiddenBits.placesInBlock();
        var bits = new boolean[hidden.places()];
        for (var i = 0; i < white.length; i++) {
            for (var place = 0; place < each; place++) {
                bits[blocks[i] * each + place] = white[i];
            }
        }
        hidden.write(pixels, bits);
    }

    /** Empty if there is none. */
    public Optional<boolean[]> read(Pixels pixels) {
        var signs = hidden.read(pixels);
        var each = HiddenBits.placesInBlock();
        var white = new boolean[blocks.length];
        var squares = 0.0;
        for (var i = 0; i < white.length; i++) {
            var sum = 0f;
            for (var place = 0; place < each; place++) {
                sum += signs[blocks[i] * each + place] / each;
            }
            white[i] = sum < 0;
            squares += sum * sum / white.length;
        }
        return squares < LEAST ? Optional.empty() : Optional.of(white);
    }

    private static int[] shuffled(int count) {
        var shuffled = new int[count];
        var random = new SplittableRandom(SEED);
        for (var i = 0; i < count; i++) {
            var other = random.nextInt(i + 1);
            shuffled[i] = shuffled[other];
            shuffled[other] = i;
        }
        return shuffled;
    }
}
