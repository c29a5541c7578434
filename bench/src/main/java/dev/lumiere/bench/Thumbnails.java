package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** 12 megapixels, about 3.5 MB, to a 200×200 center crop of quality 80; no result cache. */
final class Thumbnails {
    private static final String IMAGE_FILTER =
            "/usr/lib/nginx/modules/ngx_http_image_filter_module.so";
    private static final String IPX = "/s_200x200,fit_cover,f_jpeg,q_80/{picture}";

    private final Machine machine;
    private final Peers peers;

    private Thumbnails(Machine machine) {
        this.machine = machine;
        peers = new Peers(machine);
    }

    static Scenario scenario(Machine machine, Options options)
            throws IOException, InterruptedException {
        return new Thumbnails(machine).scenario(options);
    }

    private Scenario scenario(Options options) throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Thumbnails: "
                                + Sources.COUNT
                                + " different 12-megapixel JPEGs to 200×200, center crop, quality 80",
                        "sharp",
                        new Wrk(machine, options.connections()));
        var sources = Sources.make(machine);
        if (options.has("lumiere")) {
            scenario.add(
                    "lumiere",
                    peers.lumiere(sources, "0"),
                    Sources.targets("/bench/{picture}?imageView2/1/w/200/h/200/q/80"));
        }
        if (options.has("sharp")) {
            var pattern = "/200x200/cover/jpeg/80/{picture}";
            var sharp = peers.node("sharp", sources, pattern.replace("{picture}", Sources.name(0)));
            scenario.add("sharp", sharp, Sources.targets(pattern));
        }
        if (options.has("ipx")) {
            var ipx = peers.node("ipx", sources, IPX.replace("{picture}", Sources.name(0)));
            scenario.add("ipx", ipx, Sources.targets(IPX));
        }
        if (options.has("image_filter")) {
            scenario.add("image_filter", imageFilter(sources), Sources.targets("/{picture}"));
        }
        for (var peer : scenario.peers()) {
            scenario.answersOf(peer, answers(peer, sources));
        }
        noteVipsThumbnail(scenario, sources);
        return scenario;
    }

    private Peers.Started imageFilter(Path sources) throws IOException, InterruptedException {
        return peers.nginx(
                "image_filter",
                "load_module " + IMAGE_FILTER + ";",
                """
                server { listen {port}; root %s;
                  location / { image_filter crop 200 200; image_filter_jpeg_quality 80; image_filter_buffer 20M; }
                }\
                """
                        .formatted(sources),
                "/" + Sources.name(0));
    }

    private Scenario.Answers answers(Peer peer, Path sources)
            throws IOException, InterruptedException {
        var bytes = 0L;
        var likenesses = new ArrayList<Quality.Likeness>();
        for (var i = 0; i < Quality.SAMPLES; i++) {
            var picture = machine.body(peer.port(), peer.targets().get(i));
            bytes += picture.length;
            likenesses.add(
                    Quality.ofThumbnail(machine, sources.resolve(Sources.name(i)))
                            .likeness(picture));
        }
        return new Scenario.Answers((double) bytes / Quality.SAMPLES, Quality.mean(likenesses));
    }

    private void noteVipsThumbnail(Scenario scenario, Path sources)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                "vipsthumbnail",
                                "--size",
                                "200x200",
                                "--smartcrop",
                                "centre",
                                "-o",
                                machine.scratch() + "/t_%s.jpg[Q=80,strip]"));
        for (var i = 0; i < Sources.COUNT; i++) {
            command.add(sources.resolve(Sources.name(i)).toString());
        }
        var self = ProcessHandle.current().pid();
        var best = Long.MAX_VALUE;
        for (var round = 0; round < 3; round++) {
            var before = ProcessTree.waitedForMillis(self);
            machine.run(command);
            best = Math.min(best, ProcessTree.waitedForMillis(self) - before);
        }
        scenario.note(
                "The library alone, `vipsthumbnail` over the same pictures in one process (it decodes at a"
                        + " quarter, the servers at an eighth): %.1f ms CPU a picture, best of 3."
                                .formatted((double) best / Sources.COUNT));
    }
}
