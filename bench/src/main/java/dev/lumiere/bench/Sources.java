package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Many different pictures of 12 megapixels: the sample scene, shifted, each with a grain of its
 * own.
 */
final class Sources {
    static final int COUNT = 40;

    private Sources() {}

    static String name(int number) {
        return "%02d.jpg".formatted(number);
    }

    /** Makes those that are missing; kept for the next run. */
    static Path make(Machine machine) throws IOException, InterruptedException {
        var folder = Files.createDirectories(machine.root().resolve("bench/target/sources"));
        var scene = machine.root().resolve("media/demo/scene.jpg").toString();
        for (var i = 0; i < COUNT; i++) {
            var picture = folder.resolve(name(i));
            if (Files.exists(picture)) {
                continue;
            }
            System.err.println("making " + picture.getFileName() + " of " + COUNT);
            var t = machine.scratch().toString() + "/";
            machine.run("vips", "wrap", scene, t + "w.v", "--x", "" + i * 97, "--y", "0");
            machine.run(
                    "vips",
                    "gaussnoise",
                    t + "n.v",
                    "4000",
                    "3000",
                    "--mean",
                    "0",
                    "--sigma",
                    "2",
                    "--seed",
                    "" + (i + 1));
            machine.run("vips", "add", t + "w.v", t + "n.v", t + "s.v");
            machine.run("vips", "cast", t + "s.v", t + "u.v", "uchar");
            machine.run("vips", "copy", t + "u.v", t + "p.v", "--interpretation", "srgb");
            machine.run(
                    "vips",
                    "jpegsave",
                    t + "p.v",
                    t + "p.jpg",
                    "--Q",
                    "88",
                    "--optimize-coding",
                    "--strip");
            Files.move(Path.of(t + "p.jpg"), picture, StandardCopyOption.REPLACE_EXISTING);
        }
        return folder;
    }

    /**
     * About 2000×1500 of each, in a format.
     *
     * @param extension what vips knows the format by
     */
    static Path make(Machine machine, String extension, String saveOptions)
            throws IOException, InterruptedException {
        var from = make(machine);
        var folder = Files.createDirectories(machine.root().resolve("bench/target/formats"));
        for (var i = 0; i < COUNT / 2; i++) {
            var picture = folder.resolve("%02d.%s".formatted(i, extension));
            if (!Files.exists(picture)) {
                System.err.println("making " + picture.getFileName());
                var made = machine.scratch() + "/made." + extension;
                machine.run(
                        "vips",
                        "thumbnail",
                        from.resolve(name(i)).toString(),
                        made + saveOptions,
                        "2000");
                Files.move(Path.of(made), picture, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return folder;
    }

    static List<String> targets(String pattern) {
        var targets = new ArrayList<String>();
        for (var i = 0; i < COUNT; i++) {
            targets.add(pattern.replace("{picture}", name(i)));
        }
        return targets;
    }
}
