package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;

/** The load generator wrk: a fixed number of connections, each with one request at a time. */
final class Wrk implements Generator {
    private static final String TARGETS =
            """
            local targets = { {targets} }
            request = function()
              n = n + 1
              local target = targets[n % #targets + 1]:gsub("{n}", tostring(n))
              return wrk.format("GET", target)
            end
            """;
    private static final String SCRIPT =
            """
            local n = {first}
            {request}
            done = function(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("RESULT %d %d %d %d %f %f\\n", summary.requests, summary.duration,
                summary.bytes, e.connect + e.read + e.write + e.status + e.timeout,
                latency:percentile(50), latency:percentile(99)))
            end
            """;

    private final Machine machine;
    private final int connections;
    private long numbersUsed;

    Wrk(Machine machine, int connections) {
        this.machine = machine;
        this.connections = connections;
    }

    @Override
    public Load run(Peer peer, int seconds) throws IOException, InterruptedException {
        var targets =
                peer.targets().stream().map(t -> '"' + t + '"').collect(Collectors.joining(", "));
        return run(peer, seconds, TARGETS.replace("{targets}", targets));
    }

    /**
     * With requests of another kind.
     *
     * @param request the function of that name in Lua; {@code n} is a number to count on from,
     *     above all those used before
     */
    Load run(Peer peer, int seconds, String request) throws IOException, InterruptedException {
        numbersUsed += 100_000_000;
        var script = machine.scratch().resolve("load.lua");
        Files.writeString(
                script, SCRIPT.replace("{first}", "" + numbersUsed).replace("{request}", request));
        var output =
                machine.run(
                        List.of(
                                "wrk",
                                "-t1",
                                "-c" + connections,
                                "-d" + seconds + "s",
                                "--timeout",
                                "30s",
                                "-s",
                                script.toString(),
                                "http://127.0.0.1:" + peer.port()));
        var fields =
                output.lines()
                        .filter(line -> line.startsWith("RESULT "))
                        .findFirst()
                        .orElseThrow(() -> new IOException("wrk says:\n" + output))
                        .split(" ", -1);
        return new Load(
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]) / 1e6,
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Double.parseDouble(fields[5]) / 1e3,
                Double.parseDouble(fields[6]) / 1e3);
    }
}
