package dev.lumiere.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExifTest {
    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;
    private static final int UNDEFINED = 7;
    private static final int SRATIONAL = 10;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes it
    private record Tag(int number, int type, int count, byte[] value) {
        static Tag text(int number, String text) {
            var bytes = (text + "\0").getBytes(UTF_8);
            return new Tag(number, ASCII, bytes.length, bytes);
        }

        static Tag numbers(int number, int type, int... numbers) {
            var out = new ByteArrayOutputStream();
            for (var n : numbers) {
                if (type != SHORT) {
                    out.write(n >> 24);
                    out.write(n >> 16);
                }
                out.write(n >> 8);
                out.write(n);
            }
            var fraction = type == RATIONAL || type == SRATIONAL;
            return new Tag(
                    number,
                    type,
                    fraction ? numbers.length / 2 : numbers.length,
                    out.toByteArray());
        }
    }

    /** The camera of the documented sample, and a description made to be misread. */
    private static final List<Tag> MAIN =
            List.of(
                    Tag.text(0x10e, "a (b, ASCII, 2 components, 2 bytes) c (d (e"),
                    Tag.text(0x110, "Canon EOS 600D"),
                    Tag.numbers(0x112, SHORT, 1),
                    Tag.text(0x132, "2011:11:19 17:09:23"),
                    Tag.text(0x13b, "J\u00f6rg \u5317\u4eac"));

    private static final List<Tag> CAMERA =
            List.of(
                    Tag.numbers(0x829a, RATIONAL, 1, 50),
                    Tag.numbers(0x829d, RATIONAL, 56, 10),
                    Tag.numbers(0x8827, SHORT, 3200),
                    new Tag(0x9000, UNDEFINED, 4, "0221".getBytes(ISO_8859_1)),
                    Tag.numbers(0x9201, SRATIONAL, 368640, 65536),
                    Tag.numbers(0x9204, SRATIONAL, 1, 3),
                    Tag.numbers(0x9209, SHORT, 16),
                    Tag.numbers(0x920a, RATIONAL, 55, 1));

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "webp", "tiff"})
    void wordsWhatACameraWrote(String format) {
        var output = TestWork.run(in(format, block(MAIN, CAMERA)), "exif");

        assertThat(output.contentType()).isEqualTo("application/json");
        var tags = new JsonObject(output.text());
        assertTag(tags, "DateTime", 2, "2011:11:19 17:09:23");
        assertTag(tags, "ExposureBiasValue", 10, "0.33 EV");
        assertTag(tags, "ExposureTime", 5, "1/50 sec.");
        assertTag(tags, "Model", 2, "Canon EOS 600D");
        assertTag(tags, "ISOSpeedRatings", 3, "3200");
        assertTag(tags, "ImageDescription", 2, "a (b, ASCII, 2 components, 2 bytes) c (d (e");
        assertTag(tags, "Artist", 2, "J\u00f6rg \u5317\u4eac");
        assertTag(tags, "FNumber", 5, "f/5.6");
        assertTag(tags, "FocalLength", 5, "55.0 mm");
        assertTag(tags, "Flash", 3, "Flash did not fire, compulsory flash mode");
        assertTag(tags, "ShutterSpeedValue", 10, "5.62 EV (1/49 sec.)");
        assertTag(tags, "ExifVersion", 7, "Exif Version 2.21");
        assertTag(tags, "Orientation", 3, "Top-left");
    }

    @Test
    void nothingIsToldThatIsNotInTheFile() {
        var tags =
                new JsonObject(
                        TestWork.run(Pictures.oriented(Pictures.jpeg(8, 8), 6), "exif").text());

        assertThat(tags.fieldNames()).containsExactly("Orientation");
        assertTag(tags, "Orientation", 3, "Right-top");
    }

    @Test
    void whereNoCameraWroteThereIsNoExif() {
        for (var source :
                List.of(
                        Pictures.jpeg(8, 8),
                        Pictures.png(8, 8),
                        Pictures.gif(8, 8),
                        Pictures.by("webpsave_buffer", 8, 8, "strip", true),
                        Pictures.by("tiffsave_buffer", 8, 8))) {
            assertThatThrownBy(() -> TestWork.run(source, "exif"))
                    .as("%s", new String(source, 0, 16, ISO_8859_1))
                    .isInstanceOf(Problem.Refused.class)
                    .hasMessageContaining("no exif data");
        }
        var source = in("jpeg", block(MAIN, CAMERA));
        assertThatThrownBy(() -> TestWork.run(source, "imageView2/2/w/4|exif"))
                .hasMessageContaining("no exif data");
        assertThatThrownBy(() -> TestWork.run(source, "exif/x"))
                .hasMessageContaining("bad argument: x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "tiff"})
    void theAnswerIsBoundedAndReadableWhateverIsInTheFile(String format) {
        var huge = new ArrayList<Tag>();
        for (var number : List.of(0x10d, 0x10e, 0x10f, 0x110, 0x131, 0x13c, 0x1000, 0x8298)) {
            huge.add(Tag.text(number, "x\u0001\u001b\"(".repeat(350)));
        }
        huge.add(new Tag(0x13b, ASCII, 5, new byte[] {(byte) 0xff, (byte) 0xc3, 'a', 7, 0}));

        var text = TestWork.run(in(format, block(huge, CAMERA)), "exif").text();

        assertThat(text.length()).isLessThan(128 << 10);
        new JsonObject(text)
                .forEach(tag -> {
                    var value = ((JsonObject) tag.getValue()).getString("val");
                    assertThat(value.length()).isLessThanOrEqualTo(1024);
                    assertThat(value.chars()).noneMatch(Character::isISOControl);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "tiff"})
    void brokenBlocksAreAnsweredOrRefused(String format) {
        var random = new Random(7);
        var whole = block(MAIN, CAMERA);
        for (var round = 0; round < 400; round++) {
            var broken = Arrays.copyOf(whole, 10 + random.nextInt(whole.length - 10));
            for (var i = 0; i < 6; i++) {
                broken[4 + random.nextInt(broken.length - 4)] = (byte) random.nextInt();
            }
            try {
                assertThat(TestWork.run(in(format, broken), "exif").text()).startsWith("{");
            } catch (Problem.Refused e) {
                assertThat(e.problem().status()).isEqualTo(400);
            }
        }
    }

    private static void assertTag(JsonObject tags, String name, int type, String value) {
        assertThat(tags.getJsonObject(name))
                .as(name)
                .isEqualTo(JsonObject.of("type", type, "val", value));
    }

    /** A picture that carries the block; a TIFF is the block, with a picture behind it. */
    private static byte[] in(String format, byte[] block) {
        var exif = new ByteArrayOutputStream();
        exif.writeBytes("Exif\0\0".getBytes(ISO_8859_1));
        exif.writeBytes(block);
        var jpeg = Pictures.jpeg(8, 8);
        var out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1});
        out.write((exif.size() + 2) >> 8);
        out.write(exif.size() + 2);
        out.writeBytes(exif.toByteArray());
        out.write(jpeg, 2, jpeg.length - 2);
        return switch (format) {
            case "jpeg" -> out.toByteArray();
            case "tiff" -> block;
            default -> {
                try (var arena = Arena.ofConfined();
                        var scope = TestVips.get().open()) {
                    var source = TestVips.nativeBytes(arena, out.toByteArray());
                    var image = scope.call("jpegload_buffer", "buffer", source);
                    yield TestVips.bytes(scope.save(format + "save_buffer", "in", image));
                }
            }
        };
    }

    private static byte[] block(List<Tag> main, List<Tag> camera) {
        var all = new ArrayList<>(main);
        var pixels =
                List.of(
                        Tag.numbers(0x100, SHORT, 1),
                        Tag.numbers(0x101, SHORT, 1),
                        Tag.numbers(0x102, SHORT, 8),
                        Tag.numbers(0x103, SHORT, 1),
                        Tag.numbers(0x106, SHORT, 1),
                        Tag.numbers(0x111, LONG, 4),
                        Tag.numbers(0x115, SHORT, 1),
                        Tag.numbers(0x116, SHORT, 1),
                        Tag.numbers(0x117, LONG, 1));
        for (var pixel : pixels) {
            all.removeIf(tag -> tag.number == pixel.number);
            all.add(pixel);
        }
        var cameraAt = 8 + 2 + 12 * (all.size() + 1) + 4;
        all.add(Tag.numbers(0x8769, LONG, cameraAt));
        all.sort((a, b) -> Integer.compare(a.number, b.number));
        var values = new ByteArrayOutputStream();
        var valuesAt = cameraAt + 2 + 12 * camera.size() + 4;
        var out = ByteBuffer.allocate(1 << 20).order(ByteOrder.BIG_ENDIAN);
        out.put("MM".getBytes(ISO_8859_1)).putShort((short) 42).putInt(8);
        for (var directory : List.of(all, camera)) {
            out.putShort((short) directory.size());
            for (var tag : directory) {
                out.putShort((short) tag.number).putShort((short) tag.type).putInt(tag.count);
                if (tag.value.length <= 4) {
                    out.put(Arrays.copyOf(tag.value, 4));
                } else {
                    out.putInt(valuesAt + values.size());
                    values.writeBytes(tag.value);
                    values.writeBytes(new byte[tag.value.length % 2]);
                }
            }
            out.putInt(0);
        }
        out.put(values.toByteArray());
        return Arrays.copyOf(out.array(), out.position());
    }
}
