package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Qiniu's own SDK for Node, and a script that uses it. */
public final class NodeSdk {
    private static final Path SCRIPTS = Path.of("src/test/node").toAbsolutePath();

    private final Path folder;
    private final String script;

    private NodeSdk(Path folder, String script) {
        this.folder = folder;
        this.script = script;
    }

    /** Installs it in a folder; where there is no npm, the test ends as one that does not apply. */
    public static NodeSdk in(Path folder, String script) throws Exception {
        assumeTrue(isThere("npm") && isThere("node"), "no npm");
        var sdk = new NodeSdk(folder, script);
        for (var file : new String[] {"package.json", "package-lock.json", script}) {
            Files.copy(SCRIPTS.resolve(file), folder.resolve(file));
        }
        sdk.execute("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
        return sdk;
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** What the script tells. */
    public JsonObject run(String... arguments) throws Exception {
        var command = new ArrayList<String>(List.of("node", script));
        command.addAll(List.of(arguments));
        return new JsonObject(execute(command.toArray(String[]::new)));
    }

    /** Gives what it says, if all went well. */
    private String execute(String... command) throws Exception {
        var said = folder.resolve("said");
        var errors = folder.resolve("errors");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(said.toFile())
                        .redirectError(errors.toFile());
        builder.environment().put("TMPDIR", folder.toString()); // where the SDK remembers hosts
        var process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            return Files.readString(said);
        } finally {
            process.destroyForcibly();
        }
    }
}
