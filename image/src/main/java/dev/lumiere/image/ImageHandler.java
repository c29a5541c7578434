package dev.lumiere.image;

import dev.lumiere.fop.Stage;
import dev.lumiere.fop.worker.WorkHandler;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Spans;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Runs the stages of one request. They hand each other images, so that what comes in is decoded
 * once and what goes out is encoded once, however many stages there are between.
 */
final class ImageHandler implements WorkHandler {
    private final Vips vips;
    private final ImageConfig config;

    ImageHandler(Vips vips, ImageConfig config) {
        this.vips = vips;
        this.config = config;
    }

    @Override
    public WorkResult handle(WorkRequest request) {
        var scope = vips.open();
        var done = false;
        try (var _ = request.cancellation().onCancel(scope::kill)) {
            var source = request.source();
            var result =
                    run(
                            scope,
                            request.stages(),
                            source.bytes(),
                            source.contentType(),
                            request.spans());
            scope.releaseImages();
            done = true;
            return result;
        } catch (ImageScope.Killed _) {
            throw Problem.timeout("processing timeout").refused();
        } finally {
            if (!done) {
                scope.close();
            }
        }
    }

    private WorkResult run(
            ImageScope scope,
            List<Stage> stages,
            MemorySegment bytes,
            String contentType,
            Spans spans) {
        var operations = stages.stream().map(Operation::parse).toList();
        var work = Work.begin(new Work.Tools(scope, config, spans), bytes, contentType);
        for (var operation : operations) {
            work = work.after(operation);
        }
        return work.result();
    }
}
