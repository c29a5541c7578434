package dev.lumiere.image;

import dev.lumiere.fop.Stage;
import dev.lumiere.service.Problem;

/** What a stage asks for, read and checked. */
sealed interface Operation permits ImageView, ImageInfo {

    /**
     * Reads a stage.
     *
     * @throws Problem.Refused with status 400, naming what is wrong
     */
    static Operation parse(Stage stage) {
        return switch (stage.operation()) {
            case "imageView" -> ImageView.parse(stage);
            case "imageView2" -> ImageView.parse2(stage);
            case "imageInfo" -> {
                if (!stage.arguments().isEmpty()) {
                    throw Problem.badRequest("bad argument: " + stage.arguments().getFirst())
                            .refused();
                }
                yield new ImageInfo();
            }
            default ->
                    throw Problem.badRequest("unknown operation: " + stage.operation()).refused();
        };
    }
}
