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

    private record Wanted(StoredObject object, Pipeline pipeline, @Nullable String format) {}

    private record Planned(long generation, Plan plan) {}

    Plans(OperationTable operations) {
        this.operations = operations;
    }

    Plan plan(StoredObject object, Pipeline pipeline, @Nullable String format) {
        var wanted = new Wanted(object, pipeline, format);
        var generation = operations.generation();
        var planned = remembered.getIfPresent(wanted);
        if (planned != null && planned.generation == generation) {
            return planned.plan;
        }
        var calls = operations.route(pipeline, object.contentType(), format);
        var makers = calls.stream().map(call -> call.offer().maker()).toList();
        var plan = Plan.of(object, pipeline, format, makers);
        remembered.put(wanted, new Planned(generation, plan));
        return plan;
    }
}
