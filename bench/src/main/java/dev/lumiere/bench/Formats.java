package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pictures of three megapixels to 512 pixels, in the format they come in; no result cache. */
final class Formats {
    private static final int COUNT = 20;
    private static final int WIDTH = 512;
    private static final int SOURCE_WIDTH = 2000;

    /** How a source is written, and with what quality a result. */
    private enum Format {
        JPEG("jpg", "[Q=90]", 80),
        PNG("png", "", 0),
        WEBP("webp", "[Q=90]", 80),
        AVIF("avif", "[Q=70,effort=2]", 50);

        private final String extension;
        private final String saved;
        private final int quality;

        Format(String extension, String saved, int quality) {
            this.extension = extension;
            this.saved = saved;
            this.quality = quality;
        }

        private List<String> targets(String pattern) {
            var targets = new ArrayList<String>();
            for (var i = 0; i < COUNT; i++) {
                targets.add(target(pattern, i));
            }
            return targets;
        }

        private String target(String pattern, int number) {
            return pattern.replace("{file}", "%02d.%s".formatted(number, extension))
                    .replace("{format}", this == JPEG ? "jpeg" : extension)
                    .replace("{quality}", "" + (quality == 0 ? 80 : quality));
        }
    }

    private Formats() {}

    static List<Scenario> scenarios(Machine machine, Options options)
            throws IOException, InterruptedException {
        Path folder = null;
        for (var format : Format.values()) {
            folder = Sources.make(machine, format.extension, format.saved);
        }
        var scenarios = new ArrayList<Scenario>();
        var started = new ArrayList<Peer>();
        for (var name : List.of("lumiere", "sharp", "ipx")) {
            if (options.has(name)) {
                started.add(start(machine, name, folder));
            }
        }
        for (var format : Format.values()) {
            var scenario =
                    new Scenario(
                            format
                                    + ": 20 different pictures of 3 megapixels to "
                                    + WIDTH
                                    + " pixels, "
                                    + (format.quality == 0
                                            ? "lossless"
                                            : "quality " + format.quality),
                            "sharp",
                            new Wrk(machine, options.connections()));
            for (var peer : started) {
                scenario.add(
                        peer.name(),
                        new Peers.Started(peer.pid(), peer.port(), 0),
                        format.targets(pattern(peer.name())));
            }
            for (var peer : scenario.peers()) {
                scenario.answersOf(peer, answers(machine, peer, folder, format));
            }
            scenarios.add(scenario);
        }
        return scenarios;
    }

    private static String pattern(String peer) {
        return switch (peer) {
            case "lumiere" -> "/bench/{file}?imageView2/2/w/512/h/512/q/{quality}/format/{format}";
            case "sharp" -> "/512x512/inside/{format}/{quality}/{file}";
            default -> "/s_512x512,fit_inside,f_{format},q_{quality}/{file}";
        };
    }

    private static Peer start(Machine machine, String name, @Nullable Path folder)
            throws IOException, InterruptedException {
        var peers = new Peers(machine);
        var sources = Objects.requireNonNull(folder);
        var first = Format.JPEG.target(pattern(name), 0);
        var started =
                name.equals("lumiere")
                        ? peers.lumiere(sources, "0", "rendition.reductionBytes=0")
                        : peers.node(name, sources, first);
        return new Peer(name, started.pid(), started.port(), List.of());
    }

    private static Scenario.Answers answers(
            Machine machine, Peer peer, @Nullable Path folder, Format format)
            throws IOException, InterruptedException {
        var sources = Objects.requireNonNull(folder);
        var bytes = 0L;
        var likenesses = new ArrayList<Quality.Likeness>();
        for (var i = 0; i < Quality.SAMPLES; i++) {
            var picture = machine.body(peer.port(), peer.targets().get(i));
            bytes += picture.length;
            var source = sources.resolve("%02d.%s".formatted(i, format.extension));
            likenesses.add(
                    Quality.of(machine, source, (double) WIDTH / SOURCE_WIDTH).likeness(picture));
        }
        return new Scenario.Answers((double) bytes / Quality.SAMPLES, Quality.mean(likenesses));
    }
}
