package dev.lumiere.image.operation;

import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.service.Problem;
import java.util.List;

/** What a stage asks for, read and checked. */
public sealed interface Operation {

    /** What they are called. */
    List<String> NAMES = List.of("imageView", "imageView2", "imageInfo");

    /** Makes a picture of a picture: between two of these nothing is encoded or decoded. */
    non-sealed interface OnPicture extends Operation {
        /**
         * What the stage makes of its input, or the input itself to leave it as it is. Pixels are
         * computed as late as can be, but everything that can be known before is checked.
         *
         * @throws Problem.Refused with status 400 if it cannot be done
         */
        Input apply(Input input, Tools tools);

        /** Whether the input is given as it is where it cannot be processed. */
        default boolean ignoresErrors() {
            return false;
        }
    }

    /** Works on the bytes of a file; what the stage before made is written first. */
    non-sealed interface OnFile extends Operation {
        /**
         * What the stage makes of a file.
         *
         * @throws Problem.Refused with status 400 if it cannot be done
         */
        Written apply(Written file, Tools tools);
    }

    /**
     * Reads a stage.
     *
     * @throws Problem.Refused with status 400, naming what is wrong
     */
    static Operation parse(Stage stage) {
        return switch (stage.operation()) {
            case "imageView" -> ImageView.parse(stage);
            case "imageView2" -> ImageView.parse2(stage);
            case "imageInfo" -> ImageInfo.parse(stage);
            default ->
                    throw Problem.badRequest("unknown operation: " + stage.operation()).refused();
        };
    }
}
