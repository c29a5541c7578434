package dev.lumiere.rendition;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.storage.StoredObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is to be made of what, and by whom. {@link Renditions#plan} makes one.
 *
 * @param contentType what the object is by its bytes
 * @param makers the services that are going to make it, in the order of the stages
 * @param isReducible whether its first stage can work on a reduced version of the source
 * @param inputs what the pipeline refers to besides, by name
 * @param key changes with anything that could change the result
 */
public record Plan(
        StoredObject object,
        String contentType,
        Pipeline pipeline,
        List<ServiceVersion> makers,
        boolean isReducible,
        Map<String, Input> inputs,
        Key key) {
    public Plan {
        makers = List.copyOf(makers);
        inputs = Collections.unmodifiableMap(inputs);
        if (makers.isEmpty()) {
            throw new IllegalArgumentException("nobody makes " + pipeline.canonical());
        }
    }

    static Plan of(
            StoredObject object,
            String contentType,
            Pipeline pipeline,
            List<ServiceVersion> makers,
            boolean isReducible) {
        return new Plan(
                object,
                contentType,
                pipeline,
                makers,
                isReducible,
                Map.of(),
                key(object, contentType, pipeline, makers));
    }

    /** The objects that the pipeline refers to besides. */
    public Stream<StoredObject> storedInputs() {
        return inputs.values().stream()
                .flatMap(input ->
                        input instanceof Input.Stored(var stored)
                                ? Stream.of(stored)
                                : Stream.empty());
    }

    /** This plan, which has none yet, with its inputs, in the order of the pipeline. */
    Plan with(Map<String, Input> found) {
        if (found.isEmpty()) {
            return this;
        }
        var parts = new ArrayList<String>(1 + 2 * found.size());
        parts.add(key.toString());
        found.values().forEach(input -> parts.addAll(input.identity()));
        return new Plan(object, contentType, pipeline, makers, isReducible, found, Key.of(parts));
    }

    /** The same plan if others made it, for a result that was not made by whom was planned. */
    Plan madeBy(List<ServiceVersion> others) {
        return others.equals(makers)
                ? this
                : of(object, contentType, pipeline, others, isReducible).with(inputs);
    }

    private static Key key(
            StoredObject object,
            String contentType,
            Pipeline pipeline,
            List<ServiceVersion> makers) {
        var parts = new ArrayList<String>(3 + makers.size());
        parts.add(object.version());
        parts.add(contentType);
        parts.add(pipeline.canonical());
        makers.forEach(maker -> parts.add(maker.toString()));
        return Key.of(parts);
    }
}
