package dev.lumiere.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Keeps a server that is no worker of the platform's own in a node's registry, over HTTP. */
final class CustomWorker {
    private static final String ID = "6e6f6465-0000-4000-8000-00000000ec40";

    private CustomWorker() {}

    static void keepRegistered(Machine machine, int apiPort, int workerPort)
            throws IOException, InterruptedException {
        var instance =
                """
                {"id": "%s", "username": "bench", "environment": "bench", "name": "echo", "version": "1.0.0",
                 "region": "local", "hostname": "localhost", "zone": "a", "addresses": ["tcp://127.0.0.1:%d"],
                 "metadata": {"ops": "echo6k", "in": "*", "out": "*", "concurrency": "256"}, "ttlSeconds": 3600}\
                """
                        .formatted(ID, workerPort);
        var answer = machine.put(apiPort, "/v1/instances/" + ID, instance);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    "not registered: "
                            + answer.statusCode()
                            + " "
                            + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }
}
