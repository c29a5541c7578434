package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Tools;
import java.util.Optional;

/** What {@code watermark} draws. */
sealed interface Mark {
    /**
     * What is to be laid over a picture of this size.
     *
     * @return empty if the mark is larger than the picture, which then stays as it is
     */
    Optional<Layer> layer(Size picture, Tools tools);

    /**
     * Where and how strongly.
     *
     * @param opacity 0 to 1
     */
    record Placement(Gravity gravity, int dx, int dy, double opacity) {
        Box of(Size mark, Size picture) {
            return gravity.place(mark, picture, dx, dy);
        }
    }

    /** Which side of picture and mark are set against each other. */
    enum Side {
        SHORT,
        LONG,
        WIDTH,
        HEIGHT;

        static Side parse(Parameter parameter) {
            return switch (parameter.integer(0, 3)) {
                case 0 -> SHORT;
                case 1 -> LONG;
                case 2 -> WIDTH;
                default -> HEIGHT;
            };
        }

        int of(Size size) {
            return switch (this) {
                case SHORT -> Math.min(size.width(), size.height());
                case LONG -> size.edge();
                case WIDTH -> size.width();
                case HEIGHT -> size.height();
            };
        }
    }

    /**
     * A picture, once or all over.
     *
     * @param scale that its side shall have of the picture's, above 0 to 1; 0 to leave it as it is
     * @param cellWidth of the cells it is repeated in, as part of the picture's width, 0 to 1
     * @param cellHeight of them, as part of the picture's height; a cell is as large as the mark at
     *     least
     */
    record OfImage(
            FurtherInput input,
            Placement placement,
            double scale,
            Side side,
            boolean tiled,
            double cellWidth,
            double cellHeight)
            implements Mark {
        @Override
        public Optional<Layer> layer(Size picture, Tools tools) {
            var scope = tools.scope();
            var read = input.read(tools);
            var size = scaled(read.size(), picture);
            if (size.width() > picture.width() || size.height() > picture.height()) {
                return Optional.empty();
            }
            var image = Layer.dissolved(scope, input.image(read, size, tools), placement.opacity());
            if (!tiled) {
                return Optional.of(new Layer(image, placement.of(size, picture)));
            }
            var cell =
                    new Size(
                            Math.max(size.width(), (int) Math.round(cellWidth * picture.width())),
                            Math.max(
                                    size.height(),
                                    (int) Math.round(cellHeight * picture.height())));
            return Optional.of(
                    new Layer(Layer.tiled(scope, image, cell, picture), new Box(0, 0, picture)));
        }

        Size scaled(Size mark, Size picture) {
            if (scale == 0) {
                return mark;
            }
            var factor = side.of(picture) * scale / side.of(mark);
            return new Size(rounded(mark.width() * factor), rounded(mark.height() * factor));
        }

        private static int rounded(double length) {
            return Math.max(1, (int) Math.round(length));
        }
    }

    /** A text. */
    record OfText(Lettering lettering, Placement placement) implements Mark {
        @Override
        public Optional<Layer> layer(Size picture, Tools tools) {
            return lettering
                    .mask(tools, picture)
                    .map(mask -> {
                        var size = new Size(mask.width(), mask.height());
                        var image =
                                Layer.painted(
                                        tools.scope(), mask, lettering.fill(), placement.opacity());
                        return new Layer(image, placement.of(size, picture));
                    });
        }
    }

    /**
     * A text all over.
     *
     * @param opacity 0 to 1
     * @param degrees it is turned by, clockwise
     * @param cell it is in the middle of; one that is too small for it grows
     */
    record OfTiles(Lettering lettering, double opacity, int degrees, Size cell) implements Mark {
        private static final int MAX_PIXELS = 25_000_000;
        private static final int MAX_EDGE = 20_000;

        @Override
        public Optional<Layer> layer(Size picture, Tools tools) {
            var scope = tools.scope();
            return lettering
                    .mask(tools, new Size(MAX_EDGE, MAX_EDGE))
                    .filter(mask -> fits(mask.width(), mask.height()))
                    .map(mask -> {
                        var turned =
                                degrees == 0
                                        ? mask
                                        : scope.call("similarity", "in", mask, "angle", degrees);
                        var unit =
                                new Size(
                                        Math.max(cell.width(), turned.width()),
                                        Math.max(cell.height(), turned.height()));
                        var tiles = Layer.tiled(scope, turned, unit, picture);
                        return new Layer(
                                Layer.painted(scope, tiles, lettering.fill(), opacity),
                                new Box(0, 0, picture));
                    });
        }

        private boolean fits(int width, int height) {
            var radians = Math.toRadians(degrees);
            var sin = Math.abs(Math.sin(radians));
            var cos = Math.abs(Math.cos(radians));
            return (width * cos + height * sin) * (width * sin + height * cos) <= MAX_PIXELS;
        }
    }
}
