package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a page's {@code srcset} makes of an upload: eight widths of each of twenty pictures of
 * twelve megapixels, each asked for once, none of them kept from before.
 */
final class Srcset {
    private static final int PICTURES = 20;
    private static final List<Integer> WIDTHS = List.of(160, 240, 320, 480, 640, 800, 960, 1280);

    private Srcset() {}

    static Scenario scenario(Machine machine, Options options)
            throws IOException, InterruptedException {
        var sources = Sources.make(machine);
        var scenario =
                new Scenario(
                        "A srcset: 8 widths (%s) of each of %d JPEGs of 12 megapixels, each once, cold, quality 80"
                                .formatted(
                                        String.join(
                                                ", ",
                                                WIDTHS.stream().map(String::valueOf).toList()),
                                        PICTURES),
                        "ipx",
                        new EachOnce(sources, options.connections()));
        var peers = new Peers(machine);
        if (options.has("lumiere")) {
            scenario.add(
                    "lumiere",
                    peers.lumiere(sources, "256MiB"),
                    targets("/bench/{picture}?imageView2/2/w/{width}/q/80"));
        }
        if (options.has("sharp")) {
            var pattern = "/{width}x/inside/jpeg/80/{picture}";
            var sharp = peers.node("sharp", sources, targets(pattern).getFirst());
            scenario.add("sharp", sharp, targets(pattern));
        }
        if (options.has("ipx")) {
            var pattern = "/w_{width},f_jpeg,q_80/{picture}";
            var ipx = peers.node("ipx", sources, targets(pattern).getFirst());
            scenario.add("ipx", ipx, targets(pattern));
        }
        for (var peer : scenario.peers()) {
            scenario.answersOf(peer, answers(machine, peer, sources));
        }
        scenario.note(
                "Every pass gives the sources another time of change, so that nobody has anything of them.");
        return scenario;
    }

    /** Of the first picture in all widths. */
    private static Scenario.Answers answers(Machine machine, Peer peer, Path sources)
            throws IOException, InterruptedException {
        var source = sources.resolve(Sources.name(0));
        var bytes = 0L;
        var likenesses = new ArrayList<Quality.Likeness>();
        for (var i = 0; i < WIDTHS.size(); i++) {
            var picture = machine.body(peer.port(), peer.targets().get(i));
            bytes += picture.length;
            likenesses.add(Quality.of(machine, source, WIDTHS.get(i) / 4000.0).likeness(picture));
        }
        return new Scenario.Answers((double) bytes / WIDTHS.size(), Quality.mean(likenesses));
    }

    private static List<String> targets(String pattern) {
        var targets = new ArrayList<String>();
        for (var i = 0; i < PICTURES; i++) {
            for (var width : WIDTHS) {
                targets.add(
                        pattern.replace("{picture}", Sources.name(i))
                                .replace("{width}", "" + width));
            }
        }
        return targets;
    }
}
