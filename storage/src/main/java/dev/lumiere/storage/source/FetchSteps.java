package dev.lumiere.storage.source;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchRequested;
import dev.lumiere.storage.source.FetchEvent.FetchUntold;
import dev.lumiere.storage.upload.ObjectCallbacks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a fetch one step further: it is tried, or who asked is told how it ended. Blocks. */
final class FetchSteps {
    private static final Logger LOG = LoggerFactory.getLogger(FetchSteps.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_REASON_LENGTH = 500;
    private static final int INTERNAL = 599;

    private final SourceFetch fetch;
    private final ObjectCallbacks callbacks;
    private final WaitingRoom room;
    private final BooleanSupplier isClosing;
    private final InstantSource clock;

    /**
     * Steps of fetches.
     *
     * @param room for those that are only to be told
     * @param isClosing whether what fails now may only have been cut short
     */
    FetchSteps(
            SourceFetch fetch,
            ObjectCallbacks callbacks,
            WaitingRoom room,
            BooleanSupplier isClosing,
            InstantSource clock) {
        this.fetch = fetch;
        this.callbacks = callbacks;
        this.room = room;
        this.isClosing = isClosing;
        this.clock = clock;
    }

    /**
     * What has become of it.
     *
     * @throws InterruptedException if it was cut short
     */
    FetchEvent next(UUID id, FetchStreams.State state) throws InterruptedException {
        if (state.last() instanceof FetchUntold untold) {
            return told(id, state.requested(), untold);
        }
        var next = tried(id, state);
        return next instanceof FetchUntold untold ? letIn(id, state.requested(), untold) : next;
    }

    /** Nobody is told of it if too many wait for that already. */
    private FetchEvent letIn(UUID id, FetchRequested requested, FetchUntold untold) {
        try {
            if (room.hasRoomToTell(requested.account())) {
                return untold;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        logUntold(id, requested, "too many wait to be told", true);
        return untold.ended();
    }

    private FetchEvent tried(UUID id, FetchStreams.State state) throws InterruptedException {
        var requested = state.requested();
        Problem problem;
        try {
            var object = fetch.run(requested.account(), requested.wish());
            return requested.wish().report() == null
                    ? new FetchEnded(FetchEnded.DONE, "", requested.requestedAt())
                    : FetchUntold.of(object, requested.requestedAt());
        } catch (Problem.Refused e) {
            problem = e.problem();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("id", id).setCause(e).log("a fetch failed");
            problem = Problem.of(INTERNAL, "internal error");
        }
        stopIfClosing();
        var reason = shortened(problem.error());
        LOG.atWarn()
                .addKeyValue("id", id)
                .addKeyValue("bucket", requested.wish().bucket())
                .addKeyValue("reason", reason)
                .log("a fetch failed");
        return Retries.after(problem, reason, state, clock.millis());
    }

    private FetchEvent told(UUID id, FetchRequested requested, FetchUntold untold)
            throws InterruptedException {
        String why;
        try {
            why = tell(requested, untold);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("id", id).setCause(e).log("a callback failed");
            why = "internal error";
        }
        if (why == null) {
            return untold.ended();
        }
        stopIfClosing();
        var next = Retries.afterUntold(untold, clock.millis());
        logUntold(id, requested, shortened(why), next instanceof FetchEnded);
        return next;
    }

    private static void logUntold(
            UUID id, FetchRequested requested, String reason, boolean isGivenUp) {
        LOG.atWarn()
                .addKeyValue("id", id)
                .addKeyValue("bucket", requested.wish().bucket())
                .addKeyValue("reason", reason)
                .addKeyValue("given up", isGivenUp)
                .log("nobody could be told how a fetch ended");
    }

    private void stopIfClosing() throws InterruptedException {
        if (isClosing.getAsBoolean()) {
            throw new InterruptedException();
        }
    }

    private @Nullable String tell(FetchRequested requested, FetchUntold untold)
            throws InterruptedException {
        var report = requested.wish().report();
        if (report == null) {
            return null;
        }
        var by = new ObjectCallbacks.By(requested.account(), report.accessKey());
        var object = untold.object();
        return object == null
                ? callbacks.tellFailure(report.callback(), by, failure(requested.wish(), untold))
                : callbacks.tell(report.callback(), by, object);
    }

    /** What was asked for, and what came of it, in the words of the call. */
    private static ObjectNode failure(Wish wish, FetchUntold untold) {
        var json = JSON.createObjectNode();
        put(json, "url", wish.url());
        put(json, "host", wish.host());
        put(json, "bucket", wish.bucket());
        put(json, "key", wish.key() == null ? "" : wish.key());
        put(json, "md5", wish.md5());
        put(json, "etag", wish.etag());
        var report = wish.report();
        if (report != null) {
            put(json, "callbackurl", report.callback().url());
            put(json, "callbackhost", report.callback().host());
            put(json, "callbackbody", report.callback().body());
            put(json, "callbackbodytype", report.callback().bodyType());
        }
        return json.put("file_type", wish.storageClass())
                .put("ignore_same_key", wish.isNew())
                .put("err", untold.reason())
                .put("code", untold.status());
    }

    private static void put(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), MAX_REASON_LENGTH));
    }
}
