package dev.lumiere.image.picture;

import java.util.Optional;

/**
 * A rectangle laid over a picture; it may reach beyond it.
 *
 * @param left columns from the picture's left edge to its own, negative if it begins before it
 * @param top rows likewise
 */
public record Box(int left, int top, Size size) {

    /** In the middle of a picture; what cannot be halved is more on the right and below. */
    public static Box centered(Size size, Size in) {
        return new Box(
                Math.floorDiv(in.width() - size.width(), 2),
                Math.floorDiv(in.height() - size.height(), 2),
                size);
    }

    /** The part of it that is on a picture; empty if there is none. */
    public Optional<Box> within(Size picture) {
        var fromX = Math.max(0, left);
        var fromY = Math.max(0, top);
        var toX = Math.min(picture.width(), left + size.width());
        var toY = Math.min(picture.height(), top + size.height());
        return fromX < toX && fromY < toY
                ? Optional.of(new Box(fromX, fromY, new Size(toX - fromX, toY - fromY)))
                : Optional.empty();
    }
}
