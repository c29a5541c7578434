package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides every {@code auto} of a pipeline from what the request's headers say: {@code format/auto}
 * by {@link AutoFormat}, {@code dpr/auto} and {@code w/auto} by {@link ClientHints}. What could be
 * looked at is named by {@link #headersOf}, whatever was sent, as {@code Vary} must.
 *
 * <p>An automatic width is one of device pixels, so {@code dpr} does not multiply it.
 */
final class Negotiation {
    private static final String WIDTH = "w";

    private final AutoFormat formats;
    private final ClientHints hints;

    Negotiation(AutoFormat formats, ClientHints hints) {
        this.formats = formats;
        this.hints = hints;
    }

    /** The headers that a pipeline's result depends on; none if nothing is to be decided. */
    static List<String> headersOf(Pipeline pipeline) {
        var headers = new LinkedHashSet<String>();
        if (AutoFormat.isWanted(pipeline)) {
            headers.add("Accept");
        }
        for (var stage : pipeline.stages()) {
            if (isAuto(DevicePixels.NAME, stage)) {
                headers.addAll(List.of(ClientHints.OF_RATIO.split(", ")));
            }
            if (isAuto(WIDTH, stage)) {
                headers.addAll(List.of(ClientHints.OF_WIDTH.split(", ")));
            }
        }
        return List.copyOf(headers);
    }

    /**
     * A pipeline without any {@code auto}.
     *
     * @param sooner what is done meanwhile if {@code best} takes too long; null if nothing is, as
     *     it cannot or as the format is the caller's wish
     */
    record Decision(Pipeline best, @Nullable Pipeline sooner) {}

    /**
     * Decides.
     *
     * @param source content type of what is worked upon, by its bytes
     */
    Decision decide(Pipeline pipeline, Asked asked, String source) {
        var accept = asked.header(HttpHeaders.ACCEPT);
        var best = sized(formats.decide(pipeline, accept, source), asked);
        var isOurs = AutoFormat.decidesLast(pipeline) && best.isSlowToWrite();
        var sooner = isOurs ? sized(formats.decideAmongQuick(pipeline, accept), asked) : null;
        return new Decision(best, sooner);
    }

    private Pipeline sized(Pipeline formatted, Asked asked) {
        return DevicePixels.each(
                formatted,
                stage -> {
                    var sized =
                            isAuto(DevicePixels.NAME, stage)
                                    ? DevicePixels.sized(stage, hints.ratio(asked))
                                    : stage;
                    return isAuto(WIDTH, sized) ? withWidth(sized, hints.width(asked)) : sized;
                });
    }

    private static boolean isAuto(String name, Stage stage) {
        var at = DevicePixels.positionOf(name, stage);
        return at >= 0 && stage.arguments().get(at + 1).equals(DevicePixels.AUTO);
    }

    private static Stage withWidth(Stage stage, int width) {
        var arguments = new ArrayList<>(stage.arguments());
        arguments.set(DevicePixels.positionOf(WIDTH, stage) + 1, Integer.toString(width));
        return new Stage(stage.operation(), arguments);
    }
}
