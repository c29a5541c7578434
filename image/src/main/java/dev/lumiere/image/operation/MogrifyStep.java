package dev.lumiere.image.operation;

import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Painter;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.util.List;

/** One of the steps of {@code imageMogr2}; they are done in the order of the URL. */
sealed interface MogrifyStep {

    /**
     * How the picture lies afterwards.
     *
     * @throws Problem.Refused with status 400 if it cannot be done on a picture that lies so
     */
    Layout after(Layout before);

    /**
     * Does it to all frames of a picture.
     *
     * @param to the size that {@link #after} told
     */
    List<Image> apply(List<Image> frames, Size to, Painter painter);

    /** Whether the pixels must be in sRGB before it. */
    default boolean isInSrgb() {
        return true;
    }

    /** {@code auto-orient}: turns and mirrors as EXIF says. */
    record Upright() implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return new Layout(before.turned(before.size()), 0);
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            return frames.stream().map(painter::upright).toList();
        }

        @Override
        public boolean isInSrgb() {
            return false;
        }
    }

    /** {@code thumbnail}. */
    record Thumbnail(ThumbnailGeometry geometry) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before.with(geometry.of(before.size()));
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            return frames.stream().map(frame -> painter.scaled(frame, to)).toList();
        }

        @Override
        public boolean isInSrgb() {
            return false;
        }
    }

    /** {@code crop}. */
    record Crop(CropGeometry geometry, Gravity gravity) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before.with(box(before.size()).size());
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            var box = box(Size.of(frames.getFirst()));
            return frames.stream().map(frame -> painter.cut(frame, box)).toList();
        }

        @Override
        public boolean isInSrgb() {
            return false;
        }

        private Box box(Size from) {
            return geometry.of(from, gravity)
                    .orElseThrow(() -> Problem.badRequest("bad argument: crop").refused());
        }
    }

    /**
     * The second half of {@code scrop}: cut to where there is most to look at.
     *
     * @param size at most the picture's
     */
    record SmartCrop(Size size) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before.with(size);
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            var box = painter.mostSeen(frames.getFirst(), to);
            return frames.stream().map(frame -> painter.cut(frame, box)).toList();
        }
    }

    /**
     * {@code rotate}: clockwise; the canvas grows, its new corners show the background.
     *
     * @param degrees 1 to 360
     */
    record Rotate(int degrees, Rgba background) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            var size = before.size();
            if (degrees % 90 == 0) {
                return before.with(degrees % 180 == 0 ? size : size.turned());
            }
            var sine = Math.abs(Math.sin(Math.toRadians(degrees)));
            var cosine = Math.abs(Math.cos(Math.toRadians(degrees)));
            return before.with(
                    new Size(
                            rounded(size.width() * cosine + size.height() * sine),
                            rounded(size.width() * sine + size.height() * cosine)));
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            return frames.stream()
                    .map(frame -> painter.rotated(frame, degrees, background))
                    .toList();
        }

        private static int rounded(double length) {
            return (int) Math.max(1, Math.round(length));
        }
    }

    /**
     * {@code blur}: Gaussian.
     *
     * @param radius of what is looked at around a pixel, 1 to 50
     */
    record Blur(int radius, double sigma) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before;
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            return frames.stream().map(frame -> painter.blurred(frame, radius, sigma)).toList();
        }
    }

    /** {@code sharpen}. */
    record Sharpen() implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before;
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            return frames.stream().map(painter::sharpened).toList();
        }
    }

    /** {@code extent}. */
    record Extent(ExtentGeometry geometry, Rgba background) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            return before.with(box(before.size()).size());
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            var box = box(Size.of(frames.getFirst()));
            return frames.stream().map(frame -> painter.framed(frame, box, background)).toList();
        }

        private Box box(Size from) {
            return geometry.of(from)
                    .orElseThrow(() -> Problem.badRequest("bad argument: extent").refused());
        }
    }

    /**
     * {@code border}: around the picture.
     *
     * @param across columns on each side
     * @param down rows above and below
     */
    record Border(int across, int down, Rgba color) implements MogrifyStep {
        @Override
        public Layout after(Layout before) {
            var size = before.size();
            return before.with(new Size(size.width() + 2 * across, size.height() + 2 * down));
        }

        @Override
        public List<Image> apply(List<Image> frames, Size to, Painter painter) {
            var box = new Box(-across, -down, to);
            return frames.stream().map(frame -> painter.framed(frame, box, color)).toList();
        }
    }
}
