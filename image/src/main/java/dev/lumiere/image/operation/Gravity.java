package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;

/** Which edges or corner of a canvas something keeps to. */
enum Gravity {
    NORTH_WEST(0, 0),
    NORTH(1, 0),
    NORTH_EAST(2, 0),
    WEST(0, 1),
    CENTER(1, 1),
    EAST(2, 1),
    SOUTH_WEST(0, 2),
    SOUTH(1, 2),
    SOUTH_EAST(2, 2);

    private static final int MIDDLE = 1;
    private static final int END = 2;

    private final int column;
    private final int row;

    Gravity(int column, int row) {
        this.column = column;
        this.row = row;
    }

    /** Reads {@code NorthWest} and the like, in any case. */
    static Gravity parse(Parameter parameter) {
        for (var gravity : values()) {
            if (gravity.name().replace("_", "").equalsIgnoreCase(parameter.value())) {
                return gravity;
            }
        }
        throw parameter.bad();
    }

    /**
     * Places a box on a canvas.
     *
     * @param dx from the edge it keeps to inwards; to the right where it keeps to neither
     * @param dy the same, downwards
     */
    Box place(Size box, Size canvas, int dx, int dy) {
        return new Box(
                along(column, canvas.width() - box.width(), dx),
                along(row, canvas.height() - box.height(), dy),
                box);
    }

    private static int along(int third, int free, int distance) {
        return switch (third) {
            case MIDDLE -> Math.floorDiv(free, 2) + distance;
            case END -> free - distance;
            default -> distance;
        };
    }
}
