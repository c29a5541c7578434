package dev.lumiere.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.UploadToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node whose buckets are written. */
final class StoringNode {
    private static final long NEVER = 4_000_000_000L; // in the year 2096

    private final Machine machine;
    private final Path home;
    private final Peers.Started started;
    private final Credential key;

    private StoringNode(Machine machine, Path home, Peers.Started started, Credential key) {
        this.machine = machine;
        this.home = home;
        this.started = started;
        this.key = key;
    }

    static StoringNode start(Machine machine, Peers peers)
            throws IOException, InterruptedException {
        var folder = Files.createDirectories(machine.scratch().resolve("folder"));
        var started = peers.lumiere(folder, "64MiB");
        var home = machine.scratch().resolve("home");
        var pair = new JsonMapper().readTree(home.resolve("credentials.json").toFile());
        var key =
                new Credential(
                        pair.get("accessKey").textValue(),
                        pair.get("secretKey").textValue(),
                        "first",
                        true);
        return new StoringNode(machine, home, started, key);
    }

    /** Its media port. */
    Peers.Started media() {
        return started;
    }

    /** Its control port, which takes uploads. */
    Peers.Started api() {
        return new Peers.Started(started.pid(), started.secondPort(), started.port());
    }

    void makeBucket(String name) throws IOException, InterruptedException {
        run("bucket", "create", name);
    }

    void put(Path file, String object) throws IOException, InterruptedException {
        run("put", file.toString(), object);
    }

    private void run(String verb, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(machine.root().resolve("lumiere").toString());
        command.add(verb);
        command.addAll(
                List.of("--home", home.toString(), "--api", "http://127.0.0.1:" + api().port()));
        command.addAll(List.of(arguments));
        machine.run(command);
    }

    String uploadToken(String bucket) {
        return UploadToken.sign(key, "{\"scope\":\"" + bucket + "\",\"deadline\":" + NEVER + "}");
    }
}
