package dev.lumiere.platform.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The key pair that a home has for those who work on its machine: {@code credentials.json}. */
public final class Credentials {
    private static final String FILE = "credentials.json";

    private Credentials() {}

    /**
     * Of a home.
     *
     * @throws StartFailure if there is none
     */
    public static Credential read(Path home) throws IOException {
        var file = home.resolve(FILE);
        try {
            var json = new JsonMapper().readTree(Files.readString(file));
            return new Credential(
                    json.path("accessKey").asText(), json.path("secretKey").asText(), "", true);
        } catch (NoSuchFileException _) {
            throw new StartFailure(
                    "no " + FILE + " in " + home + ": a node makes one when it first starts");
        } catch (JsonProcessingException e) {
            throw new StartFailure(file + " is damaged: " + e.getOriginalMessage());
        }
    }
}
