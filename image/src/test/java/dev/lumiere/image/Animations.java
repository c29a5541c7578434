package dev.lumiere.image;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.TestVips;
import java.util.List;

/** Sources with several frames. */
final class Animations {
    private Animations() {}

    /** Red, green, blue, 40x30, shown for 100, 200 and 300 ms, twice. */
    static byte[] threeFlatFrames(String saver) {
        try (var scope = TestVips.get().open()) {
            var frames =
                    List.of("255 0 0", "0 255 0", "0 0 255").stream()
                            .map(color -> flat(scope, color))
                            .toList();
            var joined = scope.call("arrayjoin", "in", frames, "across", 1);
            var roll = scope.call("copy", "in", joined);
            roll.set("page-height", 30);
            roll.set("delay", new int[] {100, 200, 300});
            roll.set("loop", 2);
            return TestVips.bytes(scope.save(saver, "in", roll));
        }
    }

    private static Image flat(ImageScope scope, String color) {
        var black = scope.call("black", "width", 40, "height", 30, "bands", 3);
        var colored = scope.call("linear", "in", black, "a", "1 1 1", "b", color, "uchar", true);
        return scope.call("copy", "in", colored, "interpretation", "srgb");
    }
}
