package dev.lumiere.image.picture;

/**
 * What becomes of a picture's size: it is scaled, never up, then cut around its center.
 *
 * @param scaled size of the whole picture after scaling
 * @param cut size of the part that is kept, at most {@code scaled}
 */
public record Geometry(Size scaled, Size cut) {

    /**
     * The six modes of {@code imageView2}.
     *
     * @param mode 0 to 5; 0, 4 and 5 take the box as long and short edge, 1, 2 and 3 as width and
     *     height; 0 and 2 fit into the box, 3 and 4 cover it, 1 and 5 cover it and are cut to it
     * @param w of the box, 0 if not given
     * @param h of the box, 0 if not given
     */
    public static Geometry of(int mode, int w, int h, Size source) {
        if (w == 0 && h == 0) {
            return new Geometry(source, source);
        }
        var byEdges = mode == 0 || mode == 4 || mode == 5;
        var portrait = byEdges && source.height() > source.width();
        var fits = mode == 0 || mode == 2;
        double boxWidth = w > 0 ? w : fits ? Double.POSITIVE_INFINITY : h;
        double boxHeight = h > 0 ? h : fits ? Double.POSITIVE_INFINITY : w;
        var ratioX = (portrait ? boxHeight : boxWidth) / source.width();
        var ratioY = (portrait ? boxWidth : boxHeight) / source.height();

        var scale = Math.min(1, fits ? Math.min(ratioX, ratioY) : Math.max(ratioX, ratioY));
        var scaled = new Size(scaled(source.width(), scale), scaled(source.height(), scale));
        if (mode != 1 && mode != 5) {
            return new Geometry(scaled, scaled);
        }
        var cutWidth = (int) (portrait ? boxHeight : boxWidth);
        var cutHeight = (int) (portrait ? boxWidth : boxHeight);
        return new Geometry(
                scaled,
                new Size(Math.min(cutWidth, scaled.width()), Math.min(cutHeight, scaled.height())));
    }

    /** The same, seen on a picture that lies on its side. */
    public Geometry turned() {
        return new Geometry(scaled.turned(), cut.turned());
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }
}
