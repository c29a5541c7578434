package dev.lumiere.image.summary;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The few colours a picture is made of. Its pixels are a cloud in the cube of colours; the box
 * around it is cut in two where that lowers the sum of squared distances to the boxes' means most,
 * and so on with the box that gains most (Wu's quantizer), each pixel weighed by its opacity.
 *
 * @see <a href="https://doi.org/10.1016/B978-0-08-050754-5.50035-9">Wu, Efficient statistical
 *     computations for optimal color quantization, Graphics Gems II (1991)</a>
 */
public final class DominantColors {
    public static final int MAX_COLORS = 16;

    private static final int LEVELS = 256;

    private DominantColors() {}

    /**
     * One colour.
     *
     * @param rgb eight bits each
     * @param share of the picture's opaque area that is nearest to it, over 0 to 1
     */
    public record Dominant(int rgb, double share) {}

    /**
     * The colours by share, the largest first; fewer than asked for if there are not as many, none
     * if all is transparent.
     *
     * @param most 1 to {@value #MAX_COLORS}
     */
    public static List<Dominant> of(Pixels pixels, int most) {
        var boxes = new ArrayList<Box>();
        var all = Box.of(visible(pixels), pixels);
        if (all.weight() == 0) {
            return List.of();
        }
        boxes.add(all);
        while (boxes.size() < most) {
            var widest = boxes.stream().max(Comparator.comparingDouble(Box::gain)).orElseThrow();
            if (widest.gain() <= 0) {
                break;
            }
            boxes.remove(widest);
            boxes.addAll(widest.halves(pixels));
        }
        return boxes.stream()
                .map(box -> new Dominant(box.mean(), (double) box.weight() / all.weight()))
                .sorted(
                        Comparator.comparingDouble(Dominant::share)
                                .reversed()
                                .thenComparingInt(Dominant::rgb))
                .toList();
    }

    private static List<Integer> visible(Pixels pixels) {
        var visible = new ArrayList<Integer>();
        for (var pixel = 0; pixel < pixels.count(); pixel++) {
            if (pixels.opacity(pixel) > 0) {
                visible.add(pixel);
            }
        }
        return visible;
    }

    private static int level(Pixels pixels, int pixel, int axis) {
        return switch (axis) {
            case 0 -> pixels.red(pixel);
            case 1 -> pixels.green(pixel);
            default -> pixels.blue(pixel);
        };
    }

    /** Weight of some pixels, and the weighed sums of their colours. */
    private static final class Moments {
        private long weight;
        private final long[] sums = new long[3];

        private void add(Pixels pixels, int pixel) {
            var opacity = pixels.opacity(pixel);
            weight += opacity;
            for (var axis = 0; axis < 3; axis++) {
                sums[axis] += (long) opacity * level(pixels, pixel, axis);
            }
        }

        private void add(Moments other) {
            weight += other.weight;
            for (var axis = 0; axis < 3; axis++) {
                sums[axis] += other.sums[axis];
            }
        }

        private Moments without(Moments part) {
            var rest = new Moments();
            rest.weight = weight - part.weight;
            for (var axis = 0; axis < 3; axis++) {
                rest.sums[axis] = sums[axis] - part.sums[axis];
            }
            return rest;
        }

        /** The larger, the closer these pixels are to their mean. */
        private double closeness() {
            var squares = 0.0;
            for (var sum : sums) {
                squares += (double) sum * sum;
            }
            return weight == 0 ? 0 : squares / weight;
        }
    }

    /**
     * Some pixels and the best cut through them.
     *
     * @param axis of the cut
     * @param cut the last level on its lower side
     * @param gain by how much it lowers the squared distances, 0 if there is nothing to cut
     */
    private record Box(List<Integer> members, Moments moments, int axis, int cut, double gain) {

        static Box of(List<Integer> members, Pixels pixels) {
            var whole = new Moments();
            members.forEach(pixel -> whole.add(pixels, pixel));
            var best = new Box(members, whole, 0, 0, 0);
            for (var axis = 0; axis < 3; axis++) {
                var byLevel = new Moments[LEVELS];
                for (var pixel : members) {
                    var level = level(pixels, pixel, axis);
                    if (byLevel[level] == null) {
                        byLevel[level] = new Moments();
                    }
                    byLevel[level].add(pixels, pixel);
                }
                var below = new Moments();
                for (var level = 0; level < LEVELS; level++) {
                    if (byLevel[level] == null) {
                        continue;
                    }
                    below.add(byLevel[level]);
                    var above = whole.without(below);
                    if (above.weight == 0) {
                        break;
                    }
                    var gain = below.closeness() + above.closeness() - whole.closeness();
                    if (gain > best.gain) {
                        best = new Box(members, whole, axis, level, gain);
                    }
                }
            }
            return best;
        }

        long weight() {
            return moments.weight;
        }

        List<Box> halves(Pixels pixels) {
            var lower = new ArrayList<Integer>();
            var upper = new ArrayList<Integer>();
            members.forEach(
                    pixel -> (level(pixels, pixel, axis) <= cut ? lower : upper).add(pixel));
            return List.of(of(lower, pixels), of(upper, pixels));
        }

        int mean() {
            var rgb = 0;
            for (var sum : moments.sums) {
                rgb = rgb << 8 | (int) Math.round((double) sum / moments.weight);
            }
            return rgb;
        }
    }
}
