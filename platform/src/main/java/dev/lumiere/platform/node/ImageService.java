package dev.lumiere.platform.node;

import dev.lumiere.deploy.ServiceSpec;
import dev.lumiere.fop.Offer;
import dev.lumiere.image.ImageMain;
import dev.lumiere.image.picture.Role;
import dev.lumiere.image.vips.VipsLibrary;
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
 * How the workers of one of the image services run: those that do what is asked for most, or those
 * for all other formats, which the system's libvips handles.
 *
 * @param instances how many, spread over the zones
 * @param slots pictures one worker works on at a time
 * @param memoryMaxBytes of one worker with all it starts
 * @param libvips the library to load; empty for the one its role has
 * @param settings on formats, sources and results, as variables the worker reads
 */
public record ImageService(
        Role role,
        int instances,
        List<String> zones,
        int slots,
        long memoryMaxBytes,
        String libvips,
        Map<String, String> settings) {
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

    /**
     * ImageMagick's own bounds: it allocates whatever a header claims, spills to a scratch folder
     * that is far smaller, and finds no policy of the system in the sandbox.
     */
    private static final Map<String, String> MAGICK_LIMITS =
            Map.of(
                    "MAGICK_MEMORY_LIMIT", "400MiB",
                    "MAGICK_MAP_LIMIT", "0",
                    "MAGICK_DISK_LIMIT", "0",
                    "MAGICK_WIDTH_LIMIT", "30KP",
                    "MAGICK_HEIGHT_LIMIT", "30KP",
                    "MAGICK_THREAD_LIMIT", "1");

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    /** Reads {@code image.…} and {@code image.extra.…}; the second only where it can run. */
    public static List<ImageService> from(Settings settings) {
        var zones =
                Arrays.stream(settings.text("image.zones", "a,b").split(",", -1))
                        .map(String::strip)
                        .toList();
        zones.stream()
                .filter(zone -> !Settings.isName(zone))
                .forEach(zone -> settings.fault("image.zones has what is no name: " + zone));
        var limits = limits(settings);
        var instances = settings.integer("image.instances", 2, 0, 1024);
        var usual =
                new ImageService(
                        Role.IMAGE,
                        instances,
                        zones,
                        settings.integer("image.slots", share(instances), 1, 1024),
                        settings.bytes("image.memory", 1L << 30),
                        settings.text("image.libvips", ""),
                        limits);
        var withPdf = new LinkedHashMap<>(limits);
        if (settings.flag("image.extra.pdf", false)) {
            withPdf.put("LUMIERE_IMAGE_PDF", "true");
        }
        var extra =
                new ImageService(
                        Role.EXTRA,
                        settings.integer(
                                "image.extra.instances",
                                usual.instances > 0 && VipsLibrary.hasSystems() ? 1 : 0,
                                0,
                                1024),
                        zones,
                        settings.integer("image.extra.slots", 1, 1, 1024),
                        settings.bytes("image.extra.memory", 768L << 20),
                        "",
                        withPdf);
        return extra.instances == 0 ? List.of(usual) : List.of(usual, extra);
    }

    /**
     * Of the processors: more pictures at once than those would each take longer, and none would be
     * ready sooner.
     */
    private static int share(int instances) {
        return Math.ceilDiv(Runtime.getRuntime().availableProcessors(), Math.max(1, instances));
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
        return Offer.of(
                role.service(), Version.parse(Node.VERSION), ImageMain.offers(environment()));
    }

    public ServiceSpec spec(Program program) {
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
        var environment = environment();
        environment.put("LUMIERE_WORKER_CONCURRENCY", Integer.toString(slots));
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("MALLOC_MMAP_THRESHOLD_", Integer.toString(KEPT_BYTES));
        environment.put("MALLOC_TRIM_THRESHOLD_", Integer.toString(2 * KEPT_BYTES));
        environment.put("VIPS_CONCURRENCY", "1");
        if (role == Role.EXTRA) {
            MAGICK_LIMITS.forEach(environment::putIfAbsent);
        }
        // what its decoders do not need, those for odd formats do not see
        var files =
                role == Role.IMAGE
                        ? List.of(program.imageAotCache(), program.npmModules())
                        : List.of(program.imageAotCache());
        for (var path : files) {
            if (Files.exists(path)) {
                readOnly.add(path);
            }
        }
        if (libvips.startsWith("/")) {
            readOnly.add(Path.of(libvips));
        }
        return new ServiceSpec(
                role.service(),
                Version.parse(Node.VERSION),
                command,
                Map.copyOf(environment),
                instances,
                zones,
                memoryMaxBytes,
                readOnly,
                READY_WITHIN,
                STOP_WITHIN);
    }

    private Map<String, String> environment() {
        var environment = new LinkedHashMap<>(settings);
        environment.put("LUMIERE_IMAGE_SERVICE", role.service());
        if (!libvips.isEmpty()) {
            environment.put("LUMIERE_IMAGE_LIBVIPS", libvips);
        }
        return environment;
    }
}
