package dev.lumiere.image.operation;

import dev.lumiere.fop.Stage;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.service.Problem;
import java.util.List;

/** What a stage asks for, read and checked. */
public sealed interface Operation {

    /** What they are called. */
    List<String> NAMES =
            List.of(
                    "imageView",
                    "imageView2",
                    "imageMogr",
                    "imageMogr2",
                    "imageInfo",
                    "imageAve",
                    "exif",
                    "qhash",
                    "qrcode",
                    "roundPic",
                    "imageslim",
                    "watermark",
                    "animate");

    /**
     * Which arguments name further files, as {@code OPERATION:ARGUMENT}: base64 of a URL, or of a
     * key in the source's bucket. Such a file is an input of that name, base64url without padding.
     */
    List<String> INPUTS = List.of("watermark:image", "watermark:imageKey", "animate:key");

    /** Those for some of which a reduced version of a large source does. */
    List<String> REDUCING = List.of("imageView", "imageView2", "imageMogr", "imageMogr2");

    /** Makes a picture of a picture: between two of these nothing is encoded or decoded. */
    non-sealed interface OnPicture extends Operation {
        /**
         * What the stage makes of its input, or the input itself to leave it as it is. Pixels are
         * computed as late as can be, but everything that can be known before is checked.
         *
         * @throws Problem.Refused with status 400 if it cannot be done
         */
        Input apply(Input input, Tools tools);

        /** Whether it is given sources of more frames than are allowed, and checks itself. */
        default boolean leavesLongAnimations() {
            return false;
        }

        /**
         * Whether a reduced version of a large source does for this, without its metadata, as far
         * as it is large enough.
         */
        default boolean isReducible() {
            return false;
        }

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

    /** Works on any bytes at all, be they no picture and larger than memory. */
    non-sealed interface OnContent extends Operation {
        /**
         * What the stage makes of the bytes.
         *
         * @throws Problem.Refused with status 400 if it cannot be done
         */
        Written apply(WorkInput content, Tools tools);
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
            case "imageMogr" -> Mogrify.parse(stage);
            case "imageMogr2" -> Mogrify.parse2(stage);
            case "imageInfo" -> ImageInfo.parse(stage);
            case "watermark" -> Watermark.parse(stage);
            case "animate" -> Animate.parse(stage);
            case "imageAve" -> ImageAve.parse(stage);
            case "exif" -> Exif.parse(stage);
            case "qhash" -> Qhash.parse(stage);
            case "qrcode" -> Qrcode.parse(stage);
            case "roundPic" -> RoundPic.parse(stage);
            case "imageslim" -> Imageslim.parse(stage);
            default ->
                    throw Problem.badRequest("unknown operation: " + stage.operation()).refused();
        };
    }
}
