package dev.lumiere.image;

import dev.lumiere.fop.worker.WorkHandler;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.image.operation.Operation;
import dev.lumiere.image.picture.Content;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.picture.Material;
import dev.lumiere.image.picture.Reduced;
import dev.lumiere.image.picture.Reducer;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.Vips;
import dev.lumiere.service.Problem;

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
            var result = run(request, scope);
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

    private WorkResult run(WorkRequest request, ImageScope scope) {
        var operations = request.stages().stream().map(Operation::parse).toList();
        var tools = Tools.of(scope, config, request);
        var source =
                Reduced.of(request.inputs())
                        .<Material>map(r -> r)
                        .orElseGet(() -> new Content(request.source()));
        var work = Work.on(source, tools, Reducer.of(tools, request.outputs()));
        for (var operation : operations) {
            work = work.after(operation);
        }
        return work.result();
    }
}
