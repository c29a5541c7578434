package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.Arena;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * {@code qhash/ALGORITHM}: digest and size of any file, as JSON; of a large one no more than a part
 * is in memory.
 *
 * @param algorithm as the JDK calls it
 */
public record Qhash(String algorithm) implements Operation.OnContent {
    private static final Map<String, String> ALGORITHMS =
            Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256");
    private static final long PART_BYTES = 1 << 20;
    private static final Parameters.Shape SHAPE = Parameters.Shape.of("algorithm");

    static Qhash parse(Stage stage) {
        var word = Parameters.read(stage, SHAPE).require("algorithm").oneOf(ALGORITHMS.keySet());
        return new Qhash(ALGORITHMS.getOrDefault(word, word));
    }

    @Override
    public Written apply(WorkInput content, Tools tools) {
        try (var _ = tools.spans().start("process")) {
            var digest = digest();
            var size = content.size();
            update(digest, content, size, tools);
            var hash = HexFormat.of().formatHex(digest.digest());
            return Written.of(
                    JsonObject.of("hash", hash, "fsize", size).toBuffer().getBytes(),
                    "application/json");
        }
    }

    private static void update(MessageDigest digest, WorkInput content, long size, Tools tools) {
        try (var arena = Arena.ofShared()) {
            var part = arena.allocate(Math.clamp(size, 1, PART_BYTES));
            for (long at = 0; at < size; at += part.byteSize()) {
                tools.scope().requireWanted();
                var wanted = part.asSlice(0, Math.min(part.byteSize(), size - at));
                if (content.read(at, wanted) < wanted.byteSize()) {
                    throw Problem.of(500, "the source changed while it was read").refused();
                }
                digest.update(wanted.asByteBuffer());
            }
        }
    }

    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
