package dev.lumiere.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What a browser says of its screen and of the place a picture is to fill, on a scale of few
 * values: each is another result, and every cache between keeps all of them.
 *
 * @param otherwise the width where nothing is said, in device pixels
 * @see <a href="https://wicg.github.io/responsive-image-client-hints/">Responsive Image Client
 *     Hints</a>
 */
record ClientHints(int otherwise) {
    /** What we ask browsers to send. */
    static final String ACCEPTED = "Sec-CH-DPR, Sec-CH-Width, Sec-CH-Viewport-Width";

    /** What {@link #ratio} looks at. */
    static final String OF_RATIO = "Sec-CH-DPR, DPR";

    /** What {@link #width} looks at. */
    static final String OF_WIDTH =
            "Sec-CH-Width, Width, Sec-CH-Viewport-Width, Viewport-Width, " + OF_RATIO;

    private static final double[] RATIOS = {1, 1.5, 2, 3};
    private static final double[] WIDTHS = {
        160, 240, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1920, 2240, 2560, 3200, 3840
    };
    private static final int MAX_LENGTH = 12;

    /** Device pixels per CSS pixel: the next of 1, 1.5, 2 and 3; 1 where nothing is said. */
    double ratio(Asked asked) {
        var said = number(asked, "Sec-CH-DPR", "DPR");
        return said > 0 ? next(RATIOS, said) : 1;
    }

    /**
     * In device pixels, the next of sixteen. The window's width counts where nobody says that of
     * the picture.
     */
    int width(Asked asked) {
        var said = number(asked, "Sec-CH-Width", "Width");
        if (!(said > 0)) {
            said = number(asked, "Sec-CH-Viewport-Width", "Viewport-Width") * ratio(asked);
        }
        return said > 0 ? (int) next(WIDTHS, said) : otherwise;
    }

    /** The first that is not below what is said, or the last. */
    private static double next(double[] steps, double said) {
        for (var step : steps) {
            if (step >= said) {
                return step;
            }
        }
        return steps[steps.length - 1];
    }

    /** 0 if neither header says a number. */
    private static double number(Asked asked, String name, String olderName) {
        var said = number(asked.header(name));
        return said > 0 ? said : number(asked.header(olderName));
    }

    private static double number(@Nullable String text) {
        if (text == null || text.length() > MAX_LENGTH || !text.matches("[0-9]+(\\.[0-9]+)?")) {
            return 0;
        }
        return Double.parseDouble(text);
    }
}
