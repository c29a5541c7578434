package dev.lumiere.rendition;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be made of what, and by whom. {@link Renditions#plan} makes one.
 *
 * @param contentType what the object is by its bytes
 * @param makers the services that are going to make it, in the order of the stages
 * @param key changes with anything that could change the result
 */
public record Plan(
        StoredObject object,
        String contentType,
        Pipeline pipeline,
        List<ServiceVersion> makers,
        Key key) {
    public Plan {
        makers = List.copyOf(makers);
        if (makers.isEmpty()) {
            throw new IllegalArgumentException("nobody makes " + pipeline.canonical());
        }
    }

    static Plan of(
            StoredObject object,
            String contentType,
            Pipeline pipeline,
            List<ServiceVersion> makers) {
        return new Plan(
                object, contentType, pipeline, makers, key(object, contentType, pipeline, makers));
    }

    /** The same plan if others made it, for a result that was not made by whom was planned. */
    Plan madeBy(List<ServiceVersion> others) {
        return others.equals(makers) ? this : of(object, contentType, pipeline, others);
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
