package dev.lumiere.rendition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.PipelineRequest.Operations;
import dev.lumiere.fop.Pipelines;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import dev.lumiere.storage.Content.InStore;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.upload.MediaFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What uploads say of their pictures, as the workers tell it, and as it is asked for by URL. */
public final class RenderedFacts implements MediaFacts {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final Renditions renditions;
    private final OperationTable operations;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * By these renditions.
     *
     * @param random draws trace ids
     */
    public RenderedFacts(
            Renditions renditions,
            OperationTable operations,
            InstantSource clock,
            RandomGenerator random) {
        this.renditions = renditions;
        this.operations = operations;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public @Nullable JsonNode of(Kind kind, Blob blob, String mimeType) {
        var asked = Pipelines.parse(kind.variable(), operations::knows);
        if (!(asked instanceof Operations(var pipeline, _))) {
            return null;
        }
        var deadline = clock.instant().plus(WITHIN);
        var trace = TraceContext.continued(null, random);
        try {
            var plan = renditions.plan(object(blob, mimeType), pipeline, deadline);
            var made = renditions.get(plan, new Waiting(deadline, trace, trace.traceId()));
            return made.body() instanceof Body.InMemory(var bytes)
                    ? JSON.readTree(bytes.getBytes())
                    : null;
        } catch (Problem.Refused | JsonProcessingException _) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** It has no name yet. */
    private static StoredObject object(Blob blob, String mimeType) {
        return new StoredObject(
                "",
                "",
                blob.id().text(),
                blob.size(),
                Instant.EPOCH,
                mimeType,
                new InStore(blob.id(), blob.qetag()));
    }
}
