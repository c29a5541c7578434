package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.hidden.HiddenDrawing;
import dev.lumiere.image.hidden.HiddenText;
import dev.lumiere.image.hidden.Pixels;
import dev.lumiere.image.picture.Encoding;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code watermark/5}, a drawing, and {@code watermark/6}, a text, that cannot be seen: hides it,
 * or makes a picture of what was hidden. All versions work alike and need no original.
 *
 * @param content what to hide; empty to look for it
 */
record HiddenWatermark(
        int version,
        boolean isText,
        Optional<Content> content,
        WantedFormat format,
        boolean ignoresErrors)
        implements Operation.OnPicture {
    private static final int MAX_EDGE = 4096;
    private static final int MIN_EDGE = 256;
    private static final int VERSION_3_OVER = 512;

    /** What is left of the picture is to be the watermark's, not JPEG's. */
    private static final int MIN_QUALITY = 90;

    private static final List<String> METHODS = List.of("encode", "decode");
    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of("mode")
                    .names(
                            "version",
                            "method",
                            "imageKey",
                            "text",
                            "orignal",
                            "original",
                            "format",
                            "ignore-error");

    /** What is hidden. */
    sealed interface Content {
        record Text(String text) implements Content {}

        record Drawing(FurtherInput image) implements Content {}
    }

    static HiddenWatermark parse(Stage stage) {
        var parameters = Parameters.read(stage, SHAPE);
        var isText = parameters.require("mode").integer(5, 6) == 6;
        var version = parameters.find("version").map(v -> v.integer(1, 3)).orElse(1);
        var encodes = parameters.require("method").oneOf(METHODS).equals("encode");
        parameters.find("orignal").ifPresent(FurtherInput::ofKey);
        parameters.find("original").ifPresent(FurtherInput::ofKey);
        parameters
                .find(isText ? "imageKey" : "text")
                .ifPresent(other -> {
                    throw other.bad();
                });
        return new HiddenWatermark(
                version,
                isText,
                encodes ? Optional.of(content(parameters, isText, version)) : Optional.empty(),
                WantedFormat.of(parameters),
                parameters.find("ignore-error").map(Parameter::zeroOrOne).orElse(false));
    }

    private static Content content(Parameters parameters, boolean isText, int version) {
        if (!isText) {
            return new Content.Drawing(FurtherInput.ofKey(parameters.require("imageKey")));
        }
        var parameter = parameters.require("text");
        var text = parameter.text();
        if (!HiddenText.canHide(text) || (version < 3 && text.length() > 10)) {
            throw parameter.bad();
        }
        return new Content.Text(text);
    }

    @Override
    public Input apply(Input input, Tools tools) {
        check(input);
        var pixels = pixels(input, tools);
        if (content.isEmpty()) {
            return found(isText ? text(pixels, tools) : drawing(pixels, tools));
        }
        var encoding = encoding(input);
        new OutputLimits(tools.config()).check(input.size(), encoding.format(), input, false);
        switch (content.get()) {
            case Content.Text(var text) -> text(canvasEdge(input.size())).write(pixels, text);
            case Content.Drawing(var image) ->
                    new HiddenDrawing().write(pixels, drawing(image, input.size(), tools));
        }
        var image =
                tools.scope()
                        .image(pixels.bytes(), pixels.width(), pixels.height(), pixels.bands());
        var shown = encoding.format().hasAlpha() ? image : tools.painter().opaque(image);
        return Picture.of(List.of(shown), encoding);
    }

    private void check(Input input) {
        var size = input.size();
        if (input.sameFormat() != OutputFormat.JPEG && input.sameFormat() != OutputFormat.PNG) {
            throw Problem.badRequest("unsupported format: neither jpeg nor png").refused();
        }
        if (size.edge() > MAX_EDGE) {
            throw Source.over("image's edge", size.toString(), MAX_EDGE);
        }
        var least = version == 3 || !isText ? VERSION_3_OVER + 1 : MIN_EDGE;
        // Whoever looks for a mark may have a picture that was made smaller.
        if (content.isPresent() && Math.min(size.width(), size.height()) < least) {
            throw Problem.badRequest(
                            "image is too small: " + size + ", at least " + least + "x" + least)
                    .refused();
        }
    }

    private static Pixels pixels(Input input, Tools tools) {
        var painter = tools.painter();
        var size = input.size();
        var image = input.images(tools.scope(), size, false).getFirst();
        var shown = painter.display(painter.shape(image, new Geometry(size, size)));
        return pixels(shown, tools);
    }

    private static Pixels pixels(Image image, Tools tools) {
        return new Pixels(
                tools.scope().pixels(image, tools.memory()),
                image.width(),
                image.height(),
                image.bands());
    }

    private Encoding encoding(Input input) {
        var encoding = Watermark.encoding(format, input);
        return encoding.format() == OutputFormat.JPEG
                ? encoding.unlimited().withQuality(Math.max(MIN_QUALITY, encoding.quality()))
                : encoding;
    }

    private static int canvasEdge(Size size) {
        return Math.min(size.width(), size.height()) > VERSION_3_OVER
                ? HiddenDrawing.CANVAS_EDGE
                : MIN_EDGE;
    }

    private static HiddenText text(int canvasEdge) {
        return new HiddenText(canvasEdge);
    }

    /** Black on white. */
    private static Image text(Pixels pixels, Tools tools) {
        var text =
                Stream.of(HiddenDrawing.CANVAS_EDGE, MIN_EDGE)
                        .flatMap(edge -> text(edge).read(pixels).stream())
                        .findFirst()
                        .orElseThrow(HiddenWatermark::nothingFound);
        return Lettering.plain(text, 48).onWhite(tools);
    }

    /** White on black, each of its pixels four by four. */
    private static Image drawing(Pixels pixels, Tools tools) {
        var white = new HiddenDrawing().read(pixels).orElseThrow(HiddenWatermark::nothingFound);
        var bytes = tools.memory().allocate(white.length);
        for (var i = 0; i < white.length; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (white[i] ? 255 : 0));
        }
        var image = tools.scope().image(bytes, HiddenDrawing.EDGE, HiddenDrawing.EDGE, 1);
        return tools.scope().call("zoom", "input", image, "xfac", 4, "yfac", 4);
    }

    private static Problem.Refused nothingFound() {
        return Problem.badRequest("no watermark found").refused();
    }

    private Picture found(Image image) {
        var to = format.named().orElse(OutputFormat.PNG);
        return Picture.of(List.of(image), Encoding.of(to, MIN_QUALITY));
    }

    private boolean[] drawing(FurtherInput input, Size picture, Tools tools) {
        var read = input.read(tools);
        var half = new Size(Math.ceilDiv(picture.width(), 2), Math.ceilDiv(picture.height(), 2));
        if (version < 3
                && (read.size().width() > half.width() || read.size().height() > half.height())) {
            throw Problem.badRequest(
                            input.argument()
                                    + ": over half of the image's sides: "
                                    + read.size()
                                    + ", at most "
                                    + half)
                    .refused();
        }
        var edge = HiddenDrawing.EDGE;
        var image = input.image(read, new Size(edge, edge), tools);
        var opaque =
                image.hasAlpha()
                        ? tools.scope().call("flatten", "in", image, "background", 0)
                        : image;
        var grey =
                opaque.bands() == 1
                        ? opaque
                        : tools.scope().call("colourspace", "in", opaque, "space", "b-w");
        return binary(tools.scope().pixels(grey, tools.memory()).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Parted in the middle between the darkest and the lightest. */
    private static boolean[] binary(byte[] grey) {
        var darkest = 255;
        var lightest = 0;
        for (var pixel : grey) {
            darkest = Math.min(darkest, pixel & 0xff);
            lightest = Math.max(lightest, pixel & 0xff);
        }
        var middle = darkest == lightest ? 128 : (darkest + lightest + 1) / 2;
        var white = new boolean[grey.length];
        for (var i = 0; i < grey.length; i++) {
            white[i] = (grey[i] & 0xff) >= middle;
        }
        return white;
    }
}
