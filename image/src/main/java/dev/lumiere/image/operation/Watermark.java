package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Encoding;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code watermark/1} to {@code watermark/4}: marks laid over the picture as it is looked at,
 * upright. What cannot be seen is {@link HiddenWatermark}'s.
 *
 * @param marks drawn in this order; one that is larger than the picture is left out
 * @param stillsOnly refuses an animation, of which otherwise every frame is marked
 * @param format to be written
 * @param ignoresErrors to give the input if it cannot be processed
 */
record Watermark(List<Mark> marks, boolean stillsOnly, WantedFormat format, boolean ignoresErrors)
        implements Operation.OnPicture {
    private static final int DEFAULT_QUALITY = 85;
    private static final int MAX_MARKS = 20;
    private static final int MAX_DISTANCE = 99_999;
    private static final Set<String> COMMON = Set.of("format", "ignore-error");
    private static final Set<String> OF_IMAGE =
            Set.of("image", "dissolve", "gravity", "dx", "dy", "ws", "wst", "tile", "uws", "uhs");
    private static final Set<String> OF_TEXT =
            Set.of("text", "font", "fontsize", "fill", "dissolve", "gravity", "dx", "dy");
    private static final Set<String> OF_TILES =
            Set.of("text", "font", "fontsize", "fill", "dissolve", "rotate", "uw", "uh", "resize");

    static Operation parse(Stage stage) {
        var first = stage.arguments().isEmpty() ? "" : stage.arguments().getFirst();
        var mode = new Parameter("mode", first).integer(1, 6);
        if (mode >= 5) {
            return HiddenWatermark.parse(stage);
        }
        var names =
                switch (mode) {
                    case 1 -> OF_IMAGE;
                    case 2 -> OF_TEXT;
                    case 3 -> union(OF_IMAGE, OF_TEXT);
                    default -> OF_TILES;
                };
        var shape = Parameters.Shape.of("mode").names(union(names, COMMON).toArray(String[]::new));
        var parameters = Parameters.read(stage, shape);
        var own =
                parameters.inOrder().stream()
                        .skip(1)
                        .filter(parameter -> !COMMON.contains(parameter.name()))
                        .toList();
        var marks =
                switch (mode) {
                    case 1 -> List.of(image(new Arguments(own, OF_IMAGE)));
                    case 2 -> List.of(text(new Arguments(own, OF_TEXT)));
                    case 3 -> several(own);
                    default -> List.of(tiles(new Arguments(own, OF_TILES)));
                };
        return new Watermark(
                marks,
                mode == 4,
                WantedFormat.of(parameters),
                parameters.find("ignore-error").map(Parameter::zeroOrOne).orElse(false));
    }

    /** Each {@code image} and each {@code text} begins another mark. */
    private static List<Mark> several(List<Parameter> parameters) {
        var marks = new ArrayList<Mark>();
        for (var from = 0; from < parameters.size(); ) {
            var first = parameters.get(from);
            if (!beginsMark(first) || marks.size() == MAX_MARKS) {
                throw first.bad();
            }
            var to = from + 1;
            while (to < parameters.size() && !beginsMark(parameters.get(to))) {
                to++;
            }
            var own = parameters.subList(from, to);
            marks.add(
                    first.name().equals("image")
                            ? image(new Arguments(own, OF_IMAGE))
                            : text(new Arguments(own, OF_TEXT)));
            from = to;
        }
        if (marks.isEmpty()) {
            throw new Parameter("image", "").bad();
        }
        return List.copyOf(marks);
    }

    private static boolean beginsMark(Parameter parameter) {
        return parameter.name().equals("image") || parameter.name().equals("text");
    }

    private static Mark image(Arguments arguments) {
        return new Mark.OfImage(
                FurtherInput.ofUrl(arguments.require("image")),
                placement(arguments),
                arguments.find("ws").map(ws -> ws.decimal(0, 1)).orElse(0.0),
                arguments.find("wst").map(Mark.Side::parse).orElse(Mark.Side.SHORT),
                arguments.find("tile").map(Parameter::zeroOrOne).orElse(false),
                arguments.find("uws").map(part -> part.decimal(0, 1)).orElse(0.0),
                arguments.find("uhs").map(part -> part.decimal(0, 1)).orElse(0.0));
    }

    private static Mark text(Arguments arguments) {
        return new Mark.OfText(lettering(arguments), placement(arguments));
    }

    private static Mark tiles(Arguments arguments) {
        var lettering = lettering(arguments);
        var resize = arguments.find("resize").map(factor -> factor.decimal(0.1, 10)).orElse(1.0);
        return new Mark.OfTiles(
                lettering.ofPixels(lettering.pixels() * resize),
                opacity(arguments),
                arguments.integer("rotate", -180, 180, 0),
                new Size(
                        arguments.integer("uw", 1, 9999, 100),
                        arguments.integer("uh", 1, 9999, 100)));
    }

    private static Lettering lettering(Arguments arguments) {
        var plain = Lettering.of(arguments.require("text"));
        var inFont = arguments.find("font").map(plain::in).orElse(plain);
        var sized = arguments.find("fontsize").map(inFont::sized).orElse(inFont);
        return arguments.find("fill").map(Rgba::read).map(sized::in).orElse(sized);
    }

    private static Mark.Placement placement(Arguments arguments) {
        return new Mark.Placement(
                arguments.find("gravity").map(Gravity::parse).orElse(Gravity.SOUTH_EAST),
                arguments.integer("dx", -MAX_DISTANCE, MAX_DISTANCE, 10),
                arguments.integer("dy", -MAX_DISTANCE, MAX_DISTANCE, 10),
                opacity(arguments));
    }

    private static double opacity(Arguments arguments) {
        return arguments.integer("dissolve", 1, 100, 100) / 100.0;
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    @Override
    public Input apply(Input input, Tools tools) {
        var size = input.size();
        var encoding = encoding(format, input);
        if (stillsOnly && input.frames() > 1) {
            throw Problem.badRequest("watermark/4 is not for animations").refused();
        }
        var animated = WantedFormat.staysAnimated(input, encoding.format());
        new OutputLimits(tools.config()).check(size, encoding.format(), input, animated);
        var layers = marks.stream().flatMap(mark -> mark.layer(size, tools).stream()).toList();
        if (layers.isEmpty() && format.named().isEmpty()) {
            return input;
        }
        var painter = tools.painter();
        var images =
                input.images(tools.scope(), size, animated).stream()
                        .map(image -> painter.shape(image, new Geometry(size, size)))
                        .map(painter::display)
                        .map(image -> marked(image, layers, tools))
                        .map(image -> encoding.format().hasAlpha() ? image : painter.opaque(image))
                        .toList();
        return Picture.of(images, encoding);
    }

    /** How a marked picture is written: as its input was, or would be. */
    static Encoding encoding(WantedFormat format, Input input) {
        var to = format.of(input);
        if (to == input.sameFormat() && input instanceof Picture picture) {
            return picture.encoding();
        }
        var quality = to == OutputFormat.JPEG ? input.jpegQuality().orElse(0) : 0;
        return Encoding.of(to, quality > 0 ? quality : to.defaultQuality(DEFAULT_QUALITY));
    }

    private static Image marked(Image picture, List<Layer> layers, Tools tools) {
        var marked = picture;
        for (var layer : layers) {
            marked = layer.over(tools.scope(), marked);
        }
        return marked;
    }

    /** The arguments of one mark, by name. */
    private static final class Arguments {
        private final Map<String, Parameter> byName = new HashMap<>();

        Arguments(List<Parameter> parameters, Set<String> allowed) {
            for (var parameter : parameters) {
                if (!allowed.contains(parameter.name())) {
                    throw parameter.bad();
                }
                byName.put(parameter.name(), parameter);
            }
        }

        Optional<Parameter> find(String name) {
            return Optional.ofNullable(byName.get(name));
        }

        Parameter require(String name) {
            return find(name).orElseThrow(() -> new Parameter(name, "").bad());
        }

        int integer(String name, int min, int max, int otherwise) {
            return find(name).map(parameter -> parameter.integer(min, max)).orElse(otherwise);
        }
    }
}
