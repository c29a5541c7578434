package dev.lumiere.platform.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.platform.node.StartFailure;
import dev.lumiere.storage.sign.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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
            var access = json.path("accessKey").asText();
            var secret = json.path("secretKey").asText();
            if (access.isEmpty() || secret.isEmpty()) {
                throw new StartFailure(file + " has no accessKey or no secretKey");
            }
            return new Credential(access, secret, "", true);
        } catch (NoSuchFileException _) {
            throw new StartFailure(
                    "no " + FILE + " in " + home + ": a node makes one when it first starts");
        } catch (JsonProcessingException e) {
            throw new StartFailure(file + " is damaged: " + e.getOriginalMessage());
        }
    }

    /**
     * Gives a home another pair in the place of its own; whoever is interrupted leaves one of both.
     */
    public static void replace(Path home, Credential key) throws IOException {
        var json =
                new JsonMapper()
                        .createObjectNode()
                        .put("accessKey", key.accessKey())
                        .put("secretKey", key.secretKey());
        var beginning = home.resolve(FILE + ".new");
        Files.deleteIfExists(beginning); // of a process that was killed
        Files.createFile(
                beginning,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beginning, json + "\n");
        DurableFiles.replace(home.resolve(FILE), beginning);
    }
}
