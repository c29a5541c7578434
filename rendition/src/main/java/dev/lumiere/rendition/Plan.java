package dev.lumiere.rendition;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be made of what, and by whom. {@link Renditions#plan} makes one.
 *
 * @param format as negotiated with the caller, null where the pipeline alone decides
 * @param makers the services that are going to make it, in the order of the stages
 * @param key changes with anything that could change the result
 */
public record Plan(
        StoredObject object,
        Pipeline pipeline,
        @Nullable String format,
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
            Pipeline pipeline,
            @Nullable String format,
            List<ServiceVersion> makers) {
        return new Plan(object, pipeline, format, makers, key(object, pipeline, format, makers));
    }

    /** The same plan if others made it, for a result that was not made by whom was planned. */
    Plan madeBy(List<ServiceVersion> others) {
        return others.equals(makers) ? this : of(object, pipeline, format, others);
    }

    private static Key key(
            StoredObject object,
            Pipeline pipeline,
            @Nullable String format,
            List<ServiceVersion> makers) {
        var parts = new ArrayList<String>(4 + makers.size());
        parts.add(object.version());
        parts.add(object.contentType());
        parts.add(pipeline.canonical());
        parts.add(format == null ? "" : format);
        makers.forEach(maker -> parts.add(maker.toString()));
        return Key.of(parts);
    }
}
