package dev.lumiere.image;

import static java.util.stream.Collectors.joining;

import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.worker.Worker;
import dev.lumiere.fop.worker.WorkerConfig;
import dev.lumiere.image.operation.Lettering;
import dev.lumiere.image.operation.Operation;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.vips.Vips;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image worker process. Its memory is libvips' more than the JVM's: whoever starts it does well
 * to set {@code MALLOC_ARENA_MAX=2} and a small {@code -Xmx}.
 */
public final class ImageMain {
    private static final Logger LOG = LoggerFactory.getLogger(ImageMain.class);

    private ImageMain() {}

    public static void main(String[] args) {
        var environment = System.getenv();
        var config = ImageConfig.from(environment);
        var vips = Vips.start(config.libvips(), config.families());
        LOG.info("libvips {} from {}", vips.version(), vips.loadedFrom());

        Thread.ofPlatform().name("fonts").daemon().start(() -> Lettering.warmUp(vips));
        var _ = worker(vips, config).start(WorkerConfig.from(environment)).stopOnSignal();
    }

    /**
     * What an image worker tells of itself; its {@code libvips} version comes with a live one.
     *
     * @param environment it is started with
     */
    public static Map<String, String> offers(Map<String, String> environment) {
        return offers(ImageConfig.from(environment));
    }

    private static Map<String, String> offers(ImageConfig config) {
        return Map.of(
                "ops",
                String.join(",", Operation.NAMES),
                "inputs",
                String.join(",", Operation.INPUTS),
                "in",
                config.reads().stream().map(SourceFormat::word).collect(joining(",")),
                "out",
                String.join(",", config.role().written()) + ",json",
                "reduces",
                String.join(",", Operation.REDUCING),
                "encoded",
                "true");
    }

    static Worker worker(Vips vips, ImageConfig config) {
        var offers = new HashMap<>(offers(config));
        offers.put("libvips", vips.version());
        var worker =
                Worker.named(config.role().service(), "0.1.0")
                        .offers(offers)
                        .handler(new ImageHandler(vips, config));
        worker.health().fact("libvips", vips.version()).fact("libvipsFrom", vips.loadedFrom());
        return worker;
    }
}
