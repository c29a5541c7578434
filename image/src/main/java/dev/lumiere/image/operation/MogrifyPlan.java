package dev.lumiere.image.operation;

import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Painter;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.vips.Image;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps for one input, with the sizes they will make of it; made before the first pixel is.
 *
 * @param before how the input lies
 * @param after how it lies after each of the steps
 */
record MogrifyPlan(List<MogrifyStep> steps, Layout before, List<Layout> after) {

    /**
     * Follows the size through the steps. Whatever grows on the way is held against the limits, so
     * that no step has more to do than its input or a result could ask for.
     *
     * @throws dev.lumiere.service.Problem.Refused with status 400 if it cannot be done
     */
    static MogrifyPlan of(
            List<MogrifyStep> steps, Input input, boolean animated, OutputLimits limits) {
        var before = Layout.of(input);
        var layouts = new ArrayList<Layout>();
        var now = before;
        for (var step : steps) {
            var next = step.after(now);
            if (next.size().pixels() > now.size().pixels()) {
                limits.checkGrown(next.size(), input, animated);
            }
            layouts.add(next);
            now = next;
        }
        return new MogrifyPlan(List.copyOf(steps), before, List.copyOf(layouts));
    }

    /** How the result lies. */
    Layout result() {
        return after.isEmpty() ? before : after.getLast();
    }

    /** How large the input has to be decoded at least, as it is looked at. */
    Size wanted() {
        if (startsWithUprightThumbnail()) {
            return after.get(1).size();
        }
        var scalesFirst = !steps.isEmpty() && steps.getFirst() instanceof MogrifyStep.Thumbnail;
        return before.turned(scalesFirst ? after.getFirst().size() : before.size());
    }

    /** Does the steps on the decoded frames; what is to be turned and scaled is scaled first. */
    List<Image> apply(List<Image> decoded, Painter painter) {
        var frames = decoded;
        var next = 0;
        if (startsWithUprightThumbnail()) {
            var lying = before.turned(after.get(1).size());
            frames = steps.get(1).apply(frames, lying, painter);
            frames = steps.getFirst().apply(frames, after.get(1).size(), painter);
            next = 2;
        }
        var inSrgb = false;
        for (; next < steps.size(); next++) {
            var step = steps.get(next);
            if (step.isInSrgb() && !inSrgb) {
                frames = frames.stream().map(painter::display).toList();
                inSrgb = true;
            }
            frames = step.apply(frames, after.get(next).size(), painter);
        }
        return inSrgb ? frames : frames.stream().map(painter::display).toList();
    }

    private boolean startsWithUprightThumbnail() {
        return steps.size() >= 2
                && steps.getFirst() instanceof MogrifyStep.Upright
                && steps.get(1) instanceof MogrifyStep.Thumbnail;
    }
}
