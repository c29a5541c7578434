package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A bucket of what people upload: pictures of every format, broken ones, and what only claims. */
final class SoakFiles {
    private static final List<String> FORMATS =
            List.of("heic", "avif", "jxl", "webp", "tiff", "bmp", "gif");

    private SoakFiles() {}

    /** Those that need nothing but this process. */
    static void write(Path bucket) throws IOException {
        Files.createDirectories(bucket);
        var demo = RunningNode.ROOT.resolve("media/demo");
        var scene = Files.readAllBytes(demo.resolve("scene.jpg"));
        var logo = Files.readAllBytes(demo.resolve("logo.png"));
        var spinner = Files.readAllBytes(demo.resolve("spinner.gif"));
        put(bucket, "scene.jpg", scene);
        put(bucket, "alpha.png", logo);
        put(bucket, "animated.gif", spinner);
        put(bucket, "noise.jpg", Pictures.noise(1800, 1200, 1));
        put(bucket, "progressive.jpg", Pictures.progressiveJpeg(4000, 3000));
        put(bucket, "frames.gif", Pictures.gifOfFrames(150));
        put(bucket, "many-frames.gif", Pictures.gifOfFrames(5000));
        put(bucket, "truncated.jpg", Arrays.copyOf(scene, scene.length / 2));
        put(bucket, "truncated.png", Arrays.copyOf(logo, logo.length / 2));
        put(bucket, "truncated.gif", Arrays.copyOf(spinner, spinner.length / 2));
        put(bucket, "lying.jpg", withFrameHeader(scene, 20_000, 7_000));
        put(bucket, "bomb.png", Pictures.pngBomb());
        put(bucket, "not-a.jpg", "<html>".repeat(100).getBytes(StandardCharsets.US_ASCII));
        put(bucket, "head-only.jpg", Arrays.copyOf(scene, 3));
        put(bucket, "empty.jpg", new byte[0]);
        put(bucket, "entities.svg", Pictures.svgWithEntities());
        put(bucket, "drawing.svg", Files.readAllBytes(demo.resolve("gopher.svg")));
    }

    /** Those formats that nothing here writes but the node itself, and what is left of each. */
    static void writeBy(RunningNode node, Path bucket) throws IOException {
        for (var format : FORMATS) {
            var made = node.get("/demo/scene.jpg?imageView2/2/w/700/format/" + format);
            assertThat(made.statusCode()).as(format).isEqualTo(200);
            put(bucket, "made." + format, made.body());
            put(bucket, "torn." + format, Arrays.copyOf(made.body(), made.body().length * 2 / 3));
        }
        var alpha = node.get("/demo/logo.png?imageView2/2/w/500/format/webp");
        put(bucket, "alpha.webp", alpha.body());
    }

    static List<String> in(Path bucket) throws IOException {
        try (var files = Files.list(bucket)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void put(Path bucket, String name, byte[] bytes) throws IOException {
        Files.write(bucket.resolve(name), bytes);
    }

    /** The same JPEG, which now claims another size. */
    private static byte[] withFrameHeader(byte[] jpeg, int width, int height) {
        var lying = jpeg.clone();
        for (var at = 2; at + 9 < lying.length; at += 2 + unsignedShort(lying, at + 2)) {
            var marker = lying[at + 1] & 0xff;
            if (marker == 0xc0 || marker == 0xc2) {
                setShort(lying, at + 5, height);
                setShort(lying, at + 7, width);
                return lying;
            }
        }
        throw new IllegalArgumentException("no frame header");
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    private static void setShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }
}
