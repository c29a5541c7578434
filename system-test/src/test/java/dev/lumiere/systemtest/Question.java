package dev.lumiere.systemtest;

import dev.lumiere.systemtest.corpus.Look;
import dev.lumiere.systemtest.corpus.NativePictures;
import dev.lumiere.systemtest.corpus.OddFile;
import dev.lumiere.systemtest.corpus.Truth;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of an odd file, and what is wrong with an answer. */
enum Question {
    PNG("imageView2/0/format/png"),
    JPEG("imageView2/0/format/jpg"),
    THUMBNAIL("imageView2/2/w/40/format/webp"),
    SQUARE("imageView2/1/w/32/h/32/format/png"),
    TURNED("imageMogr2/auto-orient/rotate/90/gravity/Center/extent/128x128/format/png"),
    ROUND("roundPic/radius/4"),
    INFO("imageInfo"),
    LOOKS("imageInfo/blurhash/1/thumbhash/1/dominant/3");

    private static final Set<String> ROUNDED = Set.of("jpeg", "png");
    private static final Set<Integer> REFUSALS = Set.of(400, 413);
    private static final int EXTENT = 128;
    private static final int TRANSPARENT = 0;

    private final String pipeline;

    Question(String pipeline) {
        this.pipeline = pipeline;
    }

    String target(String bucket, OddFile file) {
        return "/" + bucket + "/" + file.name() + "?" + pipeline;
    }

    /** What is wrong with an answer; empty if it is a right picture or says why there is none. */
    Optional<String> fault(OddFile file, HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 200) {
            return switch (file.truth()) {
                // what is missing behind a whole header is not missed
                case Truth.Refused(var part) when this == INFO && part.equals("truncated") ->
                        Optional.empty();
                case Truth.Refused _ -> Optional.of("was to be refused");
                case Truth.Shown(var format, var look) -> faultOfContent(answer, format, look);
                case Truth.Damaged(var look) -> faultOfContent(answer, null, look);
                case Truth.Harmless _ -> faultOfContent(answer, null, null);
            };
        }
        var reason = reason(answer);
        if (!REFUSALS.contains(answer.statusCode()) || reason.isEmpty()) {
            return Optional.of("status " + answer.statusCode() + " " + reason);
        }
        return switch (file.truth()) {
            case Truth.Shown(var format, _) when this != ROUND || ROUNDED.contains(format) ->
                    Optional.of("was to be shown, but: " + reason);
            case Truth.Refused(var part) when !reason.contains(part) && this != ROUND ->
                    Optional.of("was to be refused for " + part + ", but: " + reason);
            default -> Optional.empty();
        };
    }

    /** Of a refusal; empty if there is none. */
    static String reason(HttpResponse<byte[]> answer) {
        try {
            var body = new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
            return Objects.requireNonNullElse(body.getString("error"), "");
        } catch (DecodeException | ClassCastException _) {
            return "";
        }
    }

    private Optional<String> faultOfContent(HttpResponse<byte[]> answer, String format, Look look) {
        var type = answer.headers().firstValue("Content-Type").orElse("");
        if (this == INFO || this == LOOKS) {
            return faultOfInfo(answer, format, look);
        }
        try {
            var image = NativePictures.decoded(answer.body(), type);
            return look == null ? Optional.empty() : faultOfPicture(image, look);
        } catch (IOException | RuntimeException e) {
            return Optional.of("is no picture: " + e);
        }
    }

    private static Optional<String> faultOfInfo(
            HttpResponse<byte[]> answer, @Nullable String format, @Nullable Look look) {
        var info = new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
        var said =
                info.getString("format")
                        + " "
                        + info.getInteger("width")
                        + "x"
                        + info.getInteger("height");
        if (look == null) {
            return Optional.empty();
        }
        var size =
                look.turned()
                        ? look.height() + "x" + look.width()
                        : look.width() + "x" + look.height();
        var right = format == null ? said.endsWith(" " + size) : said.equals(format + " " + size);
        return right ? Optional.empty() : Optional.of("is said to be " + said);
    }

    private Optional<String> faultOfPicture(BufferedImage image, Look look) {
        return switch (this) {
            case JPEG -> sizeOr(look.overWhite(), image, look.width(), look.height());
            case THUMBNAIL -> {
                var width = Math.min(40, look.width());
                var height = Math.max(1, Math.round((float) look.height() * width / look.width()));
                yield sizeOr(look, image, width, height);
            }
            case SQUARE -> look.differenceFrom(image);
            case TURNED -> faultOfTurned(image, look);
            case ROUND ->
                    Math.min(look.width(), look.height()) > 16
                            ? faultOfRound(image, look)
                            : Optional.empty();
            default -> sizeOr(look, image, look.width(), look.height());
        };
    }

    private static Optional<String> faultOfRound(BufferedImage image, Look look) {
        return image.getRGB(0, 0) >>> 24 == TRANSPARENT
                ? sizeOr(look, image, look.width(), look.height())
                : Optional.of("its corner is not transparent");
    }

    private static Optional<String> sizeOr(Look look, BufferedImage image, int width, int height) {
        return image.getWidth() == width && image.getHeight() == height
                ? look.differenceFrom(image)
                : Optional.of(
                        "is of %dx%d, not %dx%d"
                                .formatted(image.getWidth(), image.getHeight(), width, height));
    }

    /** What does not fit is cut away, so that only what fits is looked at. */
    private static Optional<String> faultOfTurned(BufferedImage image, Look look) {
        if (image.getWidth() != EXTENT || image.getHeight() != EXTENT) {
            return Optional.of("is of %dx%d".formatted(image.getWidth(), image.getHeight()));
        }
        var turned = look.clockwise();
        var isPixel = turned.width() == 1 && turned.height() == 1;
        if (isPixel || turned.width() > EXTENT || turned.height() > EXTENT) {
            return Optional.empty();
        }
        return turned.differenceFrom(
                image.getSubimage(
                        (EXTENT - turned.width()) / 2,
                        (EXTENT - turned.height()) / 2,
                        turned.width(),
                        turned.height()));
    }
}
