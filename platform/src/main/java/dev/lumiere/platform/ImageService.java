package dev.lumiere.platform;

import dev.lumiere.deploy.ServiceSpec;
import dev.lumiere.fop.Offer;
import dev.lumiere.image.ImageMain;
import dev.lumiere.service.Settings;
import dev.lumiere.service.registry.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the image workers of a node run.
 *
 * @param instances how many, spread over the zones
 * @param slots pictures one worker works on at a time
 * @param memoryMaxBytes of one worker with all it starts
 * @param libvips the library to load; empty for the fastest that is found
 * @param limits on sources and results, where they differ from the worker's own
 */
record ImageService(
        int instances,
        List<String> zones,
        int slots,
        long memoryMaxBytes,
        String libvips,
        Map<String, String> limits) {
    private static final List<String> LIMITS =
            List.of(
                    "maxSourceBytes",
                    "maxSourcePixels",
                    "maxSourceEdge",
                    "maxGifFrames",
                    "maxWebpFrames",
                    "maxOutputPixels",
                    "maxOutputEdge",
                    "maxAvifPixels",
                    "maxAnimatedWebpEdge",
                    "maxAnimatedWebpPixels");

    /**
     * Memory for a source up to this size is used again for the next, not given back and mapped
     * anew, page by page. The C library takes no more.
     */
    private static final int KEPT_BYTES = 32 << 20;

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    /** Reads {@code image.…}. */
    static ImageService from(Settings settings) {
        var zones =
                Arrays.stream(settings.text("image.zones", "a,b").split(",", -1))
                        .map(String::strip)
                        .toList();
        zones.stream()
                .filter(zone -> !Settings.isName(zone))
                .forEach(zone -> settings.fault("image.zones has what is no name: " + zone));
        return new ImageService(
                settings.integer("image.instances", 2, 0, 1024),
                zones,
                settings.integer(
                        "image.slots", Runtime.getRuntime().availableProcessors(), 1, 1024),
                settings.bytes("image.memory", 1L << 30),
                settings.text("image.libvips", ""),
                limits(settings));
    }

    /** Those limits that are set, as the variables that the worker reads. */
    private static Map<String, String> limits(Settings settings) {
        var limits = new LinkedHashMap<String, String>();
        for (var name : LIMITS) {
            var limit = settings.integer("image." + name, 0, 0, 999_999_999);
            if (limit > 0) {
                limits.put(Settings.variable("image." + name), Integer.toString(limit));
            }
        }
        return limits;
    }

    /** What the workers are going to offer, known before the first of them runs. */
    Offer offer() {
        return Offer.of("image", Version.parse(Lumiere.VERSION), ImageMain.offers(limits));
    }

    ServiceSpec spec(Program program) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var command =
                new ArrayList<>(
                        List.of(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-XX:MaxDirectMemorySize=64m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "--enable-native-access=ALL-UNNAMED"));
        if (Files.exists(program.imageAotCache())) {
            command.add("-XX:AOTCache=" + program.imageAotCache());
        }
        command.addAll(
                List.of(
                        "-cp",
                        Program.classPath(program.imageLibrary()),
                        "dev.lumiere.image.ImageMain"));

        var readOnly = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        readOnly.add(program.imageLibrary());
        var environment = new LinkedHashMap<String, String>();
        environment.put("LUMIERE_WORKER_CONCURRENCY", Integer.toString(slots));
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("MALLOC_MMAP_THRESHOLD_", Integer.toString(KEPT_BYTES));
        environment.put("MALLOC_TRIM_THRESHOLD_", Integer.toString(2 * KEPT_BYTES));
        environment.put("VIPS_CONCURRENCY", "1");
        environment.putAll(limits);
        for (var path : List.of(program.imageAotCache(), program.npmModules())) {
            if (Files.exists(path)) {
                readOnly.add(path);
            }
        }
        if (!libvips.isEmpty()) {
            environment.put("LUMIERE_IMAGE_LIBVIPS", libvips);
            if (libvips.startsWith("/")) {
                readOnly.add(Path.of(libvips));
            }
        }
        return new ServiceSpec(
                "image",
                Version.parse(Lumiere.VERSION),
                command,
                Map.copyOf(environment),
                instances,
                zones,
                memoryMaxBytes,
                readOnly,
                READY_WITHIN,
                STOP_WITHIN);
    }
}
