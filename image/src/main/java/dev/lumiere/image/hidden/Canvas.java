package dev.lumiere.image.hidden;

/**
 * A picture's luminance on a square of fixed size, whatever the size of the picture: what is done
 * there is found there again after the picture was scaled.
 */
final class Canvas {
    private final int edge;
    private final Pixels pixels;

    /** For each column of the picture the column of the square left of it, and how far away. */
    private final int[] left;

    private final float[] beyond;

    /**
     * Of a picture.
     *
     * @param edge of the square, in pixels
     */
    Canvas(int edge, Pixels pixels) {
        this.edge = edge;
        this.pixels = pixels;
        this.left = new int[pixels.width()];
        this.beyond = new float[pixels.width()];
        for (var x = 0; x < left.length; x++) {
            var at = place(x, pixels.width());
            left[x] = (int) at;
            beyond[x] = at - left[x];
        }
    }

    /** The picture, shrunk to the square: each pixel the mean of the area it covers. */
    float[] read() {
        return read(new float[edge * edge], false);
    }

    /** The same after {@link #write}, without doing that. */
    float[] readAfter(float[] change) {
        return read(change, true);
    }

    /** Lightens the picture by a change of the square, stretched over it linearly. */
    void write(float[] change) {
        var changeRow = new float[pixels.width()];
        for (var y = 0; y < pixels.height(); y++) {
            var row = pixels.row(y);
            stretch(change, y, changeRow);
            pixels.lighten(row, changeRow);
            pixels.setRow(y, row);
        }
    }

    private float[] read(float[] change, boolean changed) {
        var square = new float[edge * edge];
        var changeRow = new float[pixels.width()];
        var sums = new double[pixels.width() + 1];
        var shrunk = new float[edge];
        var scale = (double) edge / pixels.height();
        for (var y = 0; y < pixels.height(); y++) {
            var row = pixels.row(y);
            if (changed) {
                stretch(change, y, changeRow);
                pixels.lighten(row, changeRow);
            }
            for (var x = 0; x < pixels.width(); x++) {
                sums[x + 1] = sums[x] + pixels.luminance(row, x);
            }
            shrink(sums, shrunk);
            var top = y * scale;
            var bottom = (y + 1) * scale;
            for (var j = (int) top; j < edge && j < bottom; j++) {
                var part = (float) (Math.min(bottom, j + 1) - Math.max(top, j));
                for (var i = 0; i < edge; i++) {
                    square[j * edge + i] += part * shrunk[i];
                }
            }
        }
        return square;
    }

    /** By the sums of all pixels to the left of each. */
    private void shrink(double[] sums, float[] shrunk) {
        var width = sums.length - 1;
        var step = (double) width / edge;
        var before = 0.0;
        for (var i = 0; i < edge; i++) {
            var end = Math.min(width, (i + 1) * step);
            var whole = Math.min(width - 1, (int) end);
            var sum = sums[whole] + (end - whole) * (sums[whole + 1] - sums[whole]);
            shrunk[i] = (float) ((sum - before) / step);
            before = sum;
        }
    }

    private void stretch(float[] change, int y, float[] row) {
        var at = place(y, pixels.height());
        var above = ((int) at) * edge;
        var below = at - (int) at;
        var blended = new float[edge];
        for (var i = 0; i < edge; i++) {
            var upper = change[above + i];
            blended[i] = upper + below * (change[above + edge + i] - upper);
        }
        for (var x = 0; x < row.length; x++) {
            var from = blended[left[x]];
            row[x] = from + beyond[x] * (blended[left[x] + 1] - from);
        }
    }

    /** Where the middle of a pixel is on the square, left of its last column. */
    private float place(int pixel, int of) {
        return Math.clamp((pixel + 0.5f) * edge / of - 0.5f, 0, edge - 1.001f);
    }
}
