package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is compared: running peers, and what is known of their answers. */
final class Scenario {
    private static final String IMAGE_FILTER =
            "/usr/lib/nginx/modules/ngx_http_image_filter_module.so";

    private final String title;
    private final String reference;
    private final Wrk wrk;
    private final List<Peer> peers = new ArrayList<>();
    private final Map<String, Answers> answers = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * What a peer's answers are like.
     *
     * @param bytes of a body, mean
     * @param likeness to a full decode; null where there is no picture
     */
    record Answers(double bytes, Quality.@org.jspecify.annotations.Nullable Likeness likeness) {}

    private Scenario(String title, String reference, Machine machine, Options options) {
        this.title = title;
        this.reference = reference;
        this.wrk = new Wrk(machine, options.connections());
    }

    /** 12 megapixels, about 3.5 MB, to a 200×200 center crop of quality 80; no result cache. */
    static Scenario thumbnails(Machine machine, Options options)
            throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Thumbnails: "
                                + Sources.COUNT
                                + " different 12-megapixel JPEGs to 200×200, center crop, quality 80",
                        "sharp",
                        machine,
                        options);
        var sources = Sources.make(machine);
        var peers = new Peers(machine);
        if (!options.without().contains("lumiere")) {
            var lumiere = peers.lumiere(sources, "0");
            scenario.add(
                    "lumiere",
                    lumiere,
                    Sources.targets("/bench/{picture}?imageView2/1/w/200/h/200/q/80"));
        }
        if (!options.without().contains("sharp")) {
            var sharp = peers.node("sharp", sources, "/" + Sources.name(0));
            scenario.add("sharp", sharp, Sources.targets("/{picture}"));
        }
        if (!options.without().contains("ipx")) {
            var pattern = "/s_200x200,fit_cover,f_jpeg,q_80/{picture}";
            var ipx = peers.node("ipx", sources, pattern.replace("{picture}", Sources.name(0)));
            scenario.add("ipx", ipx, Sources.targets(pattern));
        }
        if (!options.without().contains("image_filter")) {
            var filter =
                    peers.nginx(
                            "image_filter",
                            "load_module " + IMAGE_FILTER + ";",
                            """
                            server { listen {port}; root %s;
                              location / { image_filter crop 200 200; image_filter_jpeg_quality 80; image_filter_buffer 20M; }
                            }\
                            """
                                    .formatted(sources),
                            "/" + Sources.name(0));
            scenario.add("image_filter", filter, Sources.targets("/{picture}"));
        }
        scenario.compareWithFullDecode(machine, sources);
        scenario.noteVipsThumbnail(machine, sources);
        return scenario;
    }

    /** The same small picture for every request. */
    static Scenario hot(Machine machine, Options options) throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Hot: one 200×200 JPEG from memory, nginx serving the same bytes as a file",
                        "nginx static",
                        machine,
                        options);
        var sources = Sources.make(machine);
        var peers = new Peers(machine);
        var folder = Files.createDirectories(machine.scratch().resolve("static"));
        var picture = folder.resolve("thumbnail.jpg");
        if (options.without().contains("lumiere")) {
            machine.run(
                    "vipsthumbnail",
                    sources.resolve(Sources.name(0)).toString(),
                    "--size",
                    "200x200",
                    "--smartcrop",
                    "centre",
                    "-o",
                    picture + "[Q=80,strip]");
        } else {
            var target = "/bench/" + Sources.name(0) + "?imageView2/1/w/200/h/200/q/80";
            var lumiere = peers.lumiere(sources, "256MiB");
            Files.write(picture, body(machine, lumiere.port(), target));
            scenario.add("lumiere", lumiere, List.of(target));
        }
        var nginx =
                peers.nginx(
                        "nginx",
                        "",
                        "server { listen {port}; root " + folder + "; open_file_cache max=16; }",
                        "/thumbnail.jpg");
        scenario.add("nginx static", nginx, List.of("/thumbnail.jpg"));
        for (var peer : scenario.peers) {
            var bytes = body(machine, peer.port(), peer.targets().getFirst()).length;
            scenario.answers.put(peer.name(), new Answers(bytes, null));
        }
        return scenario;
    }

    /** 6 KB made by another server, through the platform and through a plain proxy. */
    static Scenario overhead(Machine machine, Options options)
            throws IOException, InterruptedException {
        var scenario =
                new Scenario(
                        "Overhead: an uncached 6 KB answer of another server, through gateway and proxy",
                        "nginx proxy_pass",
                        machine,
                        options);
        var peers = new Peers(machine);
        var folder = Files.createDirectories(machine.scratch().resolve("small"));
        Files.writeString(folder.resolve("source.txt"), "light\n".repeat(100));
        Files.writeString(folder.resolve("answer.txt"), "x".repeat(6 * 1024));
        // a POST to a static file is 405 for nginx, which error_page turns into the file itself
        var echo =
                peers.nginx(
                        "echo",
                        "",
                        """
                        server { listen {port}; root %s; open_file_cache max=16; client_max_body_size 20M;
                          location = /ready { return 200 ready; }
                          location = /health { return 200 "{}"; }
                          location = /handler { error_page 405 =200 /answer.txt; try_files /answer.txt =404; }
                        }\
                        """
                                .formatted(folder),
                        "/handler");
        if (!options.without().contains("lumiere")) {
            var lumiere = peers.lumiere(folder, "0");
            CustomWorker.keepRegistered(machine, lumiere.secondPort(), echo.port());
            var target = "/bench/source.txt?echo6k/{n}";
            scenario.waitFor(machine, lumiere.port(), target.replace("{n}", "0"));
            scenario.add("lumiere", lumiere, List.of(target));
        }
        var proxy =
                peers.nginx(
                        "proxy",
                        "",
                        """
                        upstream echo { server 127.0.0.1:%d; keepalive 32; }
                        server { listen {port};
                          location / { proxy_pass http://echo/handler; proxy_http_version 1.1; proxy_set_header Connection ""; }
                        }\
                        """
                                .formatted(echo.port()),
                        "/");
        scenario.add("nginx proxy_pass", proxy, List.of("/?n={n}"));
        for (var peer : scenario.peers) {
            var target = peer.targets().getFirst().replace("{n}", "1");
            scenario.answers.put(
                    peer.name(), new Answers(body(machine, peer.port(), target).length, null));
        }
        return scenario;
    }

    String title() {
        return title;
    }

    /** The peer that the others are compared with. */
    String reference() {
        return reference;
    }

    List<Peer> peers() {
        return peers;
    }

    Map<String, Answers> answers() {
        return answers;
    }

    List<String> notes() {
        return notes;
    }

    Load load(Peer peer, int seconds) throws IOException, InterruptedException {
        return wrk.run(peer, seconds);
    }

    private void add(String name, Peers.Started started, List<String> targets) {
        peers.add(new Peer(name, started.pid(), started.port(), targets));
    }

    private void waitFor(Machine machine, int port, String target)
            throws IOException, InterruptedException {
        for (var tries = 0; tries < 100; tries++) {
            if (machine.get(port, target).statusCode() == 200) {
                return;
            }
            Thread.sleep(100);
        }
        body(machine, port, target);
    }

    private void compareWithFullDecode(Machine machine, Path sources)
            throws IOException, InterruptedException {
        for (var peer : peers) {
            var bytes = 0L;
            var likenesses = new ArrayList<Quality.Likeness>();
            for (var i = 0; i < Quality.SAMPLES; i++) {
                var picture = body(machine, peer.port(), peer.targets().get(i));
                bytes += picture.length;
                likenesses.add(
                        Quality.of(machine, sources.resolve(Sources.name(i))).likeness(picture));
            }
            answers.put(
                    peer.name(),
                    new Answers((double) bytes / Quality.SAMPLES, Quality.mean(likenesses)));
        }
    }

    private void noteVipsThumbnail(Machine machine, Path sources)
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
        notes.add(
                "The library alone, `vipsthumbnail` over the same pictures in one process (it decodes at a"
                        + " quarter, the servers at an eighth): %.1f ms CPU a picture, best of 3."
                                .formatted((double) best / Sources.COUNT));
    }

    private static byte[] body(Machine machine, int port, String target)
            throws IOException, InterruptedException {
        var answer = machine.get(port, target);
        if (answer.statusCode() != 200) {
            throw new IOException(
                    target
                            + ": "
                            + answer.statusCode()
                            + " "
                            + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return answer.body();
    }
}
