package dev.lumiere.storage.blob;

import dev.lumiere.service.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/** What somebody is told of whom nothing can be kept now: 507 if the disk is full, else 503. */
public final class NotKept {
    private static final Pattern FULL =
            Pattern.compile("No space left on device|Disk quota exceeded");
    private static final int INSUFFICIENT_STORAGE = 507;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Until somebody has made room. */
    private static final Duration RETRY_FULL = Duration.ofSeconds(30);

    private NotKept() {}

    /**
     * The refusal.
     *
     * @param what cannot be done
     * @param reason as the system or the log says it
     */
    public static Problem.Refused because(String what, String reason) {
        return FULL.matcher(reason).find()
                ? new Problem(INSUFFICIENT_STORAGE, what + ": the disk is full", RETRY_FULL)
                        .refused()
                : Problem.unavailable(what + ": " + reason, RETRY_AFTER).refused();
    }

    /** The same for a failure of storage, whose message may name what is no caller's business. */
    public static Problem.Refused because(String what, IOException failure) {
        var message = String.valueOf(failure.getMessage());
        return because(what, FULL.matcher(message).find() ? message : "storage fails");
    }
}
