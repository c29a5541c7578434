package dev.lumiere.bench;

import static java.util.Objects.requireNonNull;

import dev.lumiere.bench.storage.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of 16 KB, each with a key and content of its own, put by many at once. */
final class SmallPuts implements Generator {
    private static final int BYTES = 16 << 10;
    private static final String BUCKET = "puts";
    private static final String BOUNDARY = "00000000000000000000";
    private static final String NGINX = "nginx WebDAV";

    /**
     * How one is put; {@code {n}} stands for its number, in 12 digits.
     *
     * @param before what comes before the content in the body
     * @param after what comes after it
     */
    private record Form(String method, String target, String type, String before, String after) {
        String inLua() {
            return """
            local rest = string.rep("lumiere!", %d):sub(13)
            local headers = { ["Content-Type"] = %s }
            request = function()
              n = n + 1
              local id = string.format("%%012d", n)
              local body = (%s):gsub("{n}", id) .. id .. rest .. %s
              return wrk.format(%s, (%s):gsub("{n}", id), headers, body)
            end
            """
                    .formatted(
                            BYTES / 8,
                            quoted(type),
                            quoted(before),
                            quoted(after),
                            quoted(method),
                            quoted(target));
        }

        private static String quoted(String text) {
            return '"' + text.replace("\"", "\\\"").replace("\r", "\\r").replace("\n", "\\n") + '"';
        }
    }

    private final Wrk wrk;
    private final Map<String, Form> forms = new HashMap<>();

    private SmallPuts(Wrk wrk) {
        this.wrk = wrk;
    }

    static Scenario scenario(Machine machine, Options options, @Nullable StoringNode node)
            throws IOException, InterruptedException {
        var puts = new SmallPuts(new Wrk(machine, options.connections()));
        var scenario = new Scenario("Puts of 16 KB", NGINX, puts);
        var peers = new Peers(machine);
        if (node != null) {
            node.makeBucket(BUCKET);
            scenario.add("lumiere", node.api(), List.of("/"));
            puts.forms.put("lumiere", multipart(node.uploadToken(BUCKET)));
        }
        puts.nginx(machine, peers, scenario);
        if (options.has("s3proxy")) {
            scenario.add("s3proxy", s3(machine), List.of("/"));
            puts.forms.put("s3proxy", put("/" + BUCKET + "/{n}"));
        }
        return scenario;
    }

    private void nginx(Machine machine, Peers peers, Scenario scenario)
            throws IOException, InterruptedException {
        var folder = Files.createDirectories(machine.scratch().resolve("dav"));
        var incoming = Files.createDirectories(folder.resolve("incoming"));
        Files.writeString(folder.resolve("there.txt"), "there");
        for (var each : List.of(incoming, folder)) {
            each.toFile().setWritable(true, false);
        }
        try { // all that is written under it, and its names, at once to the disk
            machine.run("chattr", "-R", "+S", folder.toString());
            scenario.note(
                    "nginx writes to a folder of `chattr +S`, so that its files are durable.");
        } catch (IOException _) {
            scenario.note("nginx has none of its files synced: `chattr +S` is not allowed here.");
        }
        var server =
                "server { listen {port}; root %s; client_body_temp_path %s; dav_methods PUT; client_max_body_size 1m; }"
                        .formatted(folder, incoming);
        scenario.add(NGINX, peers.nginx("dav", "", server, "/there.txt"), List.of("/"));
        forms.put(NGINX, put("/{n}"));
    }

    /** In a process of its own, anonymous. It syncs nothing. */
    private static Peers.Started s3(Machine machine) throws IOException, InterruptedException {
        var port = machine.freePort();
        var folder = machine.scratch().resolve("s3");
        var process =
                machine.start(
                        "s3proxy",
                        Map.of(),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                S3Server.class.getName(),
                                folder.toString(),
                                BUCKET,
                                "" + port));
        machine.await("s3proxy", process, port, "/" + BUCKET);
        return new Peers.Started(process.pid(), port, 0);
    }

    private static Form put(String target) {
        return new Form("PUT", target, "application/octet-stream", "", "");
    }

    private static Form multipart(String token) {
        var field = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"";
        return new Form(
                "POST",
                "/",
                "multipart/form-data; boundary=" + BOUNDARY,
                field
                        + "token\"\r\n\r\n"
                        + token
                        + "\r\n"
                        + field
                        + "key\"\r\n\r\n{n}\r\n"
                        + field
                        + "file\"; filename=\"{n}\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n",
                "\r\n--" + BOUNDARY + "--\r\n");
    }

    @Override
    public Load run(Peer peer, int seconds) throws IOException, InterruptedException {
        return wrk.run(peer, seconds, requireNonNull(forms.get(peer.name())).inLua());
    }
}
