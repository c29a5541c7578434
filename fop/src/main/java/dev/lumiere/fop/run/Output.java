package dev.lumiere.fop.run;

import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.Span;
import dev.lumiere.service.file.OpenFile;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/**
 * What a pipeline made.
 *
 * @param madeBy the versions that answered, one per call in the order of the stages
 * @param spans the steps of all calls, as the workers told them
 * @param reductions versions of the source that were made, by level; sealed, to be closed by who
 *     gets them
 */
public record Output(
        Buffer body,
        String contentType,
        List<ServiceVersion> madeBy,
        List<Span> spans,
        Map<Integer, OpenFile> reductions) {
    public Output {
        madeBy = List.copyOf(madeBy);
        spans = List.copyOf(spans);
        reductions = Map.copyOf(reductions);
    }

    /** One without reduced versions of the source. */
    public Output(Buffer body, String contentType, List<ServiceVersion> madeBy, List<Span> spans) {
        this(body, contentType, madeBy, spans, Map.of());
    }
}
