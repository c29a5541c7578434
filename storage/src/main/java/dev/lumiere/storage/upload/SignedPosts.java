package dev.lumiere.storage.upload;

import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.OutgoingSignature;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells others what happened, in posts that are signed in the old form, which {@code
 * isValidCallback} of all SDKs knows. Of several URLs the first that takes it is told; all of them
 * together have {@value #MAX_SECONDS} seconds.
 */
public final class SignedPosts {
    private static final int MAX_SECONDS = 30;

    private final CallbackSender sender;
    private final InstantSource clock;

    /**
     * What is told.
     *
     * @param by whose signature it has
     * @param host sent as {@code Host}; empty for that of the URL
     * @param contentType of the body
     */
    public record Letter(Credential by, String host, String contentType, String body) {
        private byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What became of it. */
    public sealed interface Posted<T> {
        /** Somebody took it, and answered so. */
        record Taken<T>(T answer) implements Posted<T> {}

        /** Nobody did. */
        record Failed<T>(String why) implements Posted<T> {}
    }

    public SignedPosts(CallbackSender sender, InstantSource clock) {
        this.sender = sender;
        this.clock = clock;
    }

    /**
     * Posts it; blocks.
     *
     * @param reading of an answer of status 200; null if it does not count
     */
    public <T> Posted<T> post(
            List<String> urls, Letter letter, Function<Buffer, @Nullable T> reading)
            throws InterruptedException {
        var deadline = clock.instant().plus(Duration.ofSeconds(MAX_SECONDS));
        var why = new ArrayList<String>();
        for (var url : urls) {
            switch (posted(url, letter, deadline)) {
                case Fetched.Body(var bytes, _) -> {
                    var answer = reading.apply(bytes);
                    if (answer != null) {
                        return new Posted.Taken<>(answer);
                    }
                    why.add("it answered no JSON");
                }
                case Fetched.NotAllowed(var place) -> why.add("nothing is sent to " + place);
                case Fetched.Failed(var reason, _) -> why.add(reason);
                case Fetched.Busy _ -> why.add("too much is sent at once");
            }
        }
        return new Posted.Failed<>(String.join("; ", why));
    }

    private Fetched posted(String url, Letter letter, Instant deadline)
            throws InterruptedException {
        String authorization;
        try {
            authorization =
                    OutgoingSignature.qbox(
                            letter.by,
                            OutgoingClient.target(url), // as it is sent, not as it was written
                            letter.contentType,
                            letter.bytes());
        } catch (IllegalArgumentException e) {
            return new Fetched.Failed("the URL cannot be read, " + e.getMessage());
        }
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", letter.contentType);
        headers.put("Authorization", authorization);
        if (!letter.host.isEmpty()) {
            headers.put("Host", letter.host);
        }
        return sender.post(url, headers, Buffer.buffer(letter.bytes()), deadline);
    }
}
