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
import dev.lumiere.storage.catalog.CatalogObject;
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
    public @Nullable JsonNode of(Kind kind, CatalogObject object) {
        var asked = Pipelines.parse(kind.variable(), operations::knows);
        if (!(asked instanceof Operations(var pipeline, _))) {
            return null;
        }
        var deadline = clock.instant().plus(WITHIN);
        var trace = TraceContext.continued(null, random);
        try {
            var plan = renditions.plan(nameless(object), pipeline, deadline);
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

    /** It may have no name yet. */
    private static StoredObject nameless(CatalogObject object) {
        return new StoredObject(
                "",
                "",
                object.blob().text(),
                object.size(),
                Instant.EPOCH,
                object.mimeType(),
                new InStore(object.blob(), object.hash()));
    }
}
