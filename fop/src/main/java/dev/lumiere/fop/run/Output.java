package dev.lumiere.fop.run;

import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.Span;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What a pipeline made.
 *
 * @param madeBy the versions that answered, one per call in the order of the stages
 * @param spans the steps of all calls, as the workers told them
 */
public record Output(
        Buffer body, String contentType, List<ServiceVersion> madeBy, List<Span> spans) {
    public Output {
        madeBy = List.copyOf(madeBy);
        spans = List.copyOf(spans);
    }
}
