package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.fop.InputReference;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.storage.StoredObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes plans, and remembers them as long as the operation table says the same: a plan is made for
 * every request, and its key is a SHA-256. What a plan refers to is looked for every time.
 */
final class Plans {
    private final OperationTable operations;
    private final ContentTypes types;
    private final Inputs inputs;
    private final Cache<Wanted, Planned> remembered;

    private record Wanted(StoredObject object, Pipeline pipeline) {}

    /**
     * A plan and what it refers to.
     *
     * @param plan whole if it refers to nothing
     */
    private record Planned(long generation, Plan plan, Map<String, InputReference> references) {}

    /**
     * Remembers nothing yet.
     *
     * @param maxRemembered how many plans, some 1.5 KB each
     */
    Plans(OperationTable operations, ContentTypes types, Inputs inputs, long maxRemembered) {
        this.operations = operations;
        this.types = types;
        this.inputs = inputs;
        remembered =
                Caffeine.newBuilder().maximumSize(maxRemembered).executor(Runnable::run).build();
    }

    ContentTypes types() {
        return types;
    }

    /** Null if memory does not tell what the plan takes; never waits. */
    @Nullable Plan atHand(StoredObject object, Pipeline pipeline) {
        var planned = remembered(object, pipeline);
        if (planned == null) {
            var type = types.atHand(object);
            if (type == null) {
                return null;
            }
            planned = made(object, type, pipeline);
        }
        if (planned.references.isEmpty()) {
            return planned.plan;
        }
        var found = inputs.atHand(object, planned.references);
        return found == null ? null : planned.plan.with(found);
    }

    Plan find(StoredObject object, Pipeline pipeline, Instant deadline)
            throws InterruptedException {
        var planned = remembered(object, pipeline);
        if (planned == null) {
            planned = made(object, types.find(object), pipeline);
        }
        return planned.references.isEmpty()
                ? planned.plan
                : planned.plan.with(inputs.find(object, planned.references, deadline));
    }

    /** What was made for this before; null if that holds no more. */
    private @Nullable Planned remembered(StoredObject object, Pipeline pipeline) {
        var known = remembered.getIfPresent(new Wanted(object, pipeline));
        return known != null && known.generation == operations.generation() ? known : null;
    }

    private Planned made(StoredObject object, String contentType, Pipeline pipeline) {
        var generation = operations.generation();
        var calls = operations.route(pipeline, contentType, pipeline.format());
        var makers = calls.stream().map(call -> call.offer().maker()).toList();
        var first = pipeline.stages().getFirst().operation();
        var isReducible = calls.getFirst().offer().reduces().contains(first);
        var plan = Plan.of(object, contentType, pipeline, makers, isReducible);
        var planned = new Planned(generation, plan, InputReference.of(calls));
        remembered.put(new Wanted(object, pipeline), planned);
        return planned;
    }
}
