package dev.lumiere.image;

import dev.lumiere.fop.worker.Worker;
import dev.lumiere.fop.worker.WorkerConfig;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image worker process. Its memory is libvips' more than the JVM's: whoever starts it does well
 * to set {@code MALLOC_ARENA_MAX=2} and a small {@code -Xmx}.
 */
public final class ImageMain {
    /** What an image worker tells of itself; its {@code libvips} version comes with a live one. */
    public static final Map<String, String> OFFERS =
            Map.of(
                    "ops", "imageView,imageView2,imageInfo",
                    "in", "jpeg,png,webp,gif,avif",
                    "out", "jpeg,png,webp,gif,avif,json",
                    "encoded", "true");

    private static final Logger LOG = LoggerFactory.getLogger(ImageMain.class);

    private ImageMain() {}

    public static void main(String[] args) {
        var environment = System.getenv();
        var config = ImageConfig.from(environment);
        var vips = Vips.start(config.libvips(), SourceFormat.loaders());
        LOG.info("libvips {} from {}", vips.version(), vips.loadedFrom());

        var _ = worker(vips, config).start(WorkerConfig.from(environment)).stopOnSignal();
    }

    static Worker worker(Vips vips, ImageConfig config) {
        var offers = new HashMap<>(OFFERS);
        offers.put("libvips", vips.version());
        var worker =
                Worker.named("image", "0.1.0")
                        .offers(offers)
                        .handler(new ImageHandler(vips, config));
        worker.health().fact("libvips", vips.version()).fact("libvipsFrom", vips.loadedFrom());
        return worker;
    }
}
