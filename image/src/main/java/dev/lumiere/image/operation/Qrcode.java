package dev.lumiere.image.operation;

import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.fop.worker.WorkInput;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.Image;
import dev.lumiere.service.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code qrcode[/MODE][/level/L]}: a QR code as PNG, of a URL the platform adds (mode 0) or of the
 * text that a file holds (mode 1).
 *
 * @param url what mode 0 encodes; empty in mode 1
 * @param level how much of the symbol may be lost: L 7 %, M 15 %, Q 25 %, H 30 %
 * @param pixels edge of a module
 * @see <a href="https://www.iso.org/standard/83389.html">ISO/IEC 18004</a>
 */
public record Qrcode(Optional<String> url, ErrorCorrectionLevel level, int pixels)
        implements Operation.OnContent {
    /** Light modules around the symbol, as the standard asks for. */
    private static final int QUIET_ZONE = 4;

    private static final int MAX_PIXELS = 32;
    private static final int DEFAULT_PIXELS = 8;

    /** What the largest symbol, version 40, holds of bytes. */
    private static final Map<String, Integer> MAX_BYTES =
            Map.of("L", 2953, "M", 2331, "Q", 1663, "H", 1273);

    private static final Parameters.Shape NAMED =
            Parameters.Shape.of().names("level", "size", "url");
    private static final Parameters.Shape WITH_MODE =
            Parameters.Shape.of("mode").names("level", "size", "url");

    static Qrcode parse(Stage stage) {
        var arguments = stage.arguments();
        var named = arguments.isEmpty() || NAMED.names().contains(arguments.getFirst());
        var parameters = Parameters.read(stage, named ? NAMED : WITH_MODE);
        var ofContent = parameters.find("mode").map(Parameter::zeroOrOne).orElse(false);
        var url = parameters.find("url").map(Parameter::text);
        if (url.isPresent() == ofContent) {
            throw ofContent
                    ? parameters.require("url").bad()
                    : Problem.badRequest("qrcode/0 needs the URL of the object").refused();
        }
        return new Qrcode(
                url,
                parameters
                        .find("level")
                        .map(l -> l.oneOf(List.of("L", "M", "Q", "H")))
                        .map(ErrorCorrectionLevel::valueOf)
                        .orElse(ErrorCorrectionLevel.L),
                parameters.find("size").map(s -> s.integer(1, MAX_PIXELS)).orElse(DEFAULT_PIXELS));
    }

    @Override
    public Written apply(WorkInput content, Tools tools) {
        var text = url.orElseGet(() -> text(content));
        try (var _ = tools.spans().start("process")) {
            var symbol = symbol(text, tools);
            var enlarged =
                    tools.scope().call("zoom", "input", symbol, "xfac", pixels, "yfac", pixels);
            var png = tools.scope().save("pngsave_buffer", "in", enlarged, "bitdepth", 1);
            return new Written(png, OutputFormat.PNG.contentType());
        }
    }

    private String text(WorkInput content) {
        if (content.size() > maxBytes()) {
            throw tooLong(content.size(), maxBytes());
        }
        if (content.size() == 0) {
            throw Problem.badRequest("source is empty").refused();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(content.bytes().asByteBuffer())
                    .toString();
        } catch (CharacterCodingException _) {
            throw Problem.badRequest("source is not text in UTF-8").refused();
        }
    }

    private int maxBytes() {
        return MAX_BYTES.getOrDefault(level.name(), 0);
    }

    private Problem.Refused tooLong(long bytes, int most) {
        return Problem.badRequest(
                        "text over limit: "
                                + bytes
                                + " bytes, at most "
                                + most
                                + " at level "
                                + level)
                .refused();
    }

    private Image symbol(String text, Tools tools) {
        var bytes = text.getBytes(StandardCharsets.UTF_8).length;
        var ascii = bytes == text.length();
        // To say that what follows is UTF-8 takes a byte.
        var most = maxBytes() - (ascii ? 0 : 1);
        if (text.isEmpty() || bytes > most) {
            throw tooLong(bytes, most);
        }
        try {
            var hints =
                    ascii
                            ? Map.<EncodeHintType, String>of()
                            : Map.of(EncodeHintType.CHARACTER_SET, "UTF-8");
            return image(Encoder.encode(text, level, hints).getMatrix(), tools);
        } catch (WriterException _) {
            throw tooLong(bytes, most);
        }
    }

    private static Image image(ByteMatrix modules, Tools tools) {
        var edge = modules.getWidth() + 2 * QUIET_ZONE;
        var octets = tools.memory().allocate((long) edge * edge).fill((byte) 255);
        for (var y = 0; y < modules.getHeight(); y++) {
            for (var x = 0; x < modules.getWidth(); x++) {
                if (modules.get(x, y) == 1) {
                    dark(octets, (long) (y + QUIET_ZONE) * edge + x + QUIET_ZONE);
                }
            }
        }
        return tools.scope().image(octets, edge, edge, 1);
    }

    private static void dark(MemorySegment octets, long at) {
        octets.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
    }
}
