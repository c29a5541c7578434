package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Calls that are about single objects, on the host that SDKs call {@code rs}: {@code
 * /stat/<entry>}, all others of {@link OperationText}, and many of them at once:
 *
 * <pre>{@code
 * POST /batch   op=/stat/<entry>&op=/delete/<entry>…
 *               [{"code": 200, "data": {…}}, {"code": 612, "data": {"error": …}}, …]
 * }</pre>
 *
 * <p>A batch is carried out in its order, and its status is 298 if any of it failed.
 */
final class ObjectManagement {
    private static final int MAX_OPERATIONS = 1000;
    private static final int MAX_BATCH_BYTES = 4 << 20;
    private static final int SOME_FAILED = 298;

    private final Operations operations;

    ObjectManagement(Operations operations) {
        this.operations = operations;
    }

    void addTo(SignedCalls calls) {
        for (var name : OperationText.NAMES) {
            if (name.equals("stat")) {
                calls.on("/" + name + "/", this::one);
            } else {
                calls.onPost("/" + name + "/", this::one);
            }
        }
        calls.onPost("/batch", MAX_BATCH_BYTES, this::batch);
    }

    private void one(Call call) {
        var told = operations.run(OperationText.parse(call.text()), call.buckets());
        if (told == null) {
            call.done();
        } else {
            call.answer(told);
        }
    }

    private void batch(Call call) {
        var texts = call.parameters().all("op");
        if (texts.isEmpty() || texts.size() > MAX_OPERATIONS) {
            throw Problem.badRequest(
                            "not 1 to %d operations: %d".formatted(MAX_OPERATIONS, texts.size()))
                    .refused();
        }
        var status = 200;
        var outcomes = new JsonArray();
        for (var text : texts) {
            var outcome = outcome(text, call.buckets());
            outcomes.add(outcome);
            if (outcome.getInteger("code") != 200) {
                status = SOME_FAILED;
            }
        }
        call.exchange().json(status, outcomes.toBuffer());
    }

    private JsonObject outcome(String text, OwnBuckets buckets) {
        try {
            var told = operations.run(OperationText.parse(text), buckets);
            var outcome = JsonObject.of("code", 200);
            return told == null ? outcome : outcome.put("data", told);
        } catch (Problem.Refused e) {
            var problem = e.problem();
            return JsonObject.of(
                    "code", problem.status(), "data", JsonObject.of("error", problem.error()));
        }
    }
}
