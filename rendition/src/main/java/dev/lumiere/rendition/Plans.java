package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Makes plans, and remembers them as long as the operation table says the same: a plan is made for
 * every request, and its key is a SHA-256.
 */
final class Plans {
    private static final int MAX_REMEMBERED = 16_384;

    private final OperationTable operations;
    private final Cache<Wanted, Planned> remembered =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

    private record Wanted(StoredObject object, Pipeline pipeline) {}

    private record Planned(long generation, Plan plan) {}

    Plans(OperationTable operations) {
        this.operations = operations;
    }

    /**
     * The plan that was made for this before.
     *
     * @return null if there is none that still holds
     */
    @Nullable Plan remembered(StoredObject object, Pipeline pipeline) {
        var planned = remembered.getIfPresent(new Wanted(object, pipeline));
        return planned != null && planned.generation == operations.generation()
                ? planned.plan
                : null;
    }

    /** A new plan, remembered from now on. */
    Plan make(StoredObject object, String contentType, Pipeline pipeline) {
        var generation = operations.generation();
        var calls = operations.route(pipeline, contentType, pipeline.format());
        var makers = calls.stream().map(call -> call.offer().maker()).toList();
        var plan = Plan.of(object, contentType, pipeline, makers);
        remembered.put(new Wanted(object, pipeline), new Planned(generation, plan));
        return plan;
    }
}
