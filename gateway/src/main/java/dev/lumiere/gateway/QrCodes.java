package dev.lumiere.gateway;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code qrcode} without a mode, or in mode 0, shows where its object is downloaded, which workers
 * do not know: it is written into the stage, as {@code qrcode/0/url/BASE64}. So results of
 * different hosts have different names.
 */
final class QrCodes {
    private static final String OPERATION = "qrcode";
    private static final String URL_MODE = "0";
    private static final String URL = "url";

    private QrCodes() {}

    static boolean isWanted(Pipeline pipeline) {
        return pipeline.stages().stream().anyMatch(stage -> stage.operation().equals(OPERATION));
    }

    /**
     * The pipeline with the URL in it.
     *
     * @param url scheme, host and path
     * @throws dev.lumiere.service.Problem.Refused 400 if the caller gave one
     */
    static Pipeline showing(String url, Pipeline pipeline) {
        return DevicePixels.each(pipeline, stage -> showing(url, stage));
    }

    private static Stage showing(String url, Stage stage) {
        if (!stage.operation().equals(OPERATION)) {
            return stage;
        }
        var arguments = stage.arguments();
        var hasMode = !arguments.isEmpty() && arguments.getFirst().matches("[0-9]+");
        if (hasMode && !arguments.getFirst().equals(URL_MODE)) {
            return stage;
        }
        var rest = arguments.subList(hasMode ? 1 : 0, arguments.size());
        if (rest.contains(URL)) {
            throw new Parameter(URL, "").bad();
        }
        var all = new ArrayList<>(List.of(URL_MODE, URL, Base64Values.encode(url)));
        all.addAll(rest);
        return new Stage(OPERATION, all);
    }
}
