package dev.lumiere.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.Result;
import com.google.zxing.ResultMetadataType;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.lumiere.fop.Base64Values;
import dev.lumiere.service.Problem;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again by a QR reader, from the PNG. */
final class QrcodeTest {
    private static final String URL = "https://dn-example.qbox.me/gogopher.jpg";

    @ParameterizedTest
    @CsvSource({
        "qrcode/1, L",
        "qrcode/1/level/L, L",
        "qrcode/1/level/M, M",
        "qrcode/1/level/Q, Q",
        "qrcode/1/level/H, H"
    })
    void theTextOfAFileIsEncoded(String pipeline, String level) {
        var output = TestWork.run("Grüße aus 北京 🐹".getBytes(UTF_8), pipeline);

        assertThat(output.contentType()).isEqualTo("image/png");
        var read = read(output.image());
        assertThat(read.getText()).isEqualTo("Grüße aus 北京 🐹");
        assertThat(read.getResultMetadata())
                .containsEntry(ResultMetadataType.ERROR_CORRECTION_LEVEL, level);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qrcode/0/url/%s", "qrcode/url/%s/level/H", "qrcode/0/level/M/url/%s"})
    void theUrlThatThePlatformAddsIsEncoded(String pipeline) {
        var stage = pipeline.formatted(Base64Values.encode(URL));

        assertThat(read(TestWork.run(Pictures.jpeg(8, 8), stage).image()).getText()).isEqualTo(URL);
    }

    @Test
    void aModuleIsEightPixelsUnlessAskedOtherwiseAndFourLieAround() {
        var text = "lumiere".getBytes(UTF_8);
        var usual = TestWork.run(text, "qrcode/1").image();
        var small = TestWork.run(text, "qrcode/1/size/1").image();

        assertThat(small.getWidth()).isEqualTo(21 + 8).isEqualTo(small.getHeight());
        assertThat(usual.getWidth()).isEqualTo(8 * 29);
        for (var i = 0; i < 29; i++) {
            assertThat(small.getRGB(i, 3)).isEqualTo(0xffffffff);
            assertThat(small.getRGB(3, i)).isEqualTo(0xffffffff);
        }
        assertThat(small.getRGB(4, 4)).isEqualTo(0xff000000);
    }

    @ParameterizedTest
    @CsvSource({"L, 2953", "M, 2331", "Q, 1663", "H, 1273"})
    void whatTheLargestSymbolHoldsIsTheLimit(String level, int most) {
        var pipeline = "qrcode/1/size/2/level/" + level;
        var full = "x".repeat(most);

        assertThat(read(TestWork.run(full.getBytes(UTF_8), pipeline).image()).getText())
                .isEqualTo(full);
        assertThatThrownBy(() -> TestWork.run((full + "x").getBytes(UTF_8), pipeline))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("text over limit: " + (most + 1) + " bytes, at most " + most);
    }

    @Test
    void charactersThatTakeSeveralBytesAreCountedAsBytes() {
        assertThat(
                        read(TestWork.run("ü".repeat(1476).getBytes(UTF_8), "qrcode/1/size/2")
                                        .image())
                                .getText())
                .hasSize(1476);
        assertThatThrownBy(() -> TestWork.run("ü".repeat(1477).getBytes(UTF_8), "qrcode/1"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("text over limit");
        var url = Base64Values.encode("ü".repeat(3000));
        assertThatThrownBy(() -> TestWork.run(new byte[0], "qrcode/0/url/" + url))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("text over limit: 6000 bytes");
    }

    @Test
    void whatIsNoTextIsRefused() {
        assertThatThrownBy(() -> TestWork.run(new byte[] {'a', (byte) 0xff}, "qrcode/1"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("source is not text in UTF-8");
        assertThatThrownBy(() -> TestWork.run(new byte[0], "qrcode/1"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("source is empty");
    }

    @ParameterizedTest
    @CsvSource({
        "qrcode, qrcode/0 needs the URL of the object",
        "qrcode/0, qrcode/0 needs the URL of the object",
        "qrcode/2, bad argument: mode",
        "qrcode/1/level/l, bad argument: level",
        "qrcode/1/level/X, bad argument: level",
        "qrcode/1/level, bad argument: level",
        "qrcode/1/size/0, bad argument: size",
        "qrcode/1/size/33, bad argument: size",
        "qrcode/1/url/eA, bad argument: url",
        "qrcode/0/url/***, bad argument: url",
        "qrcode/1/color/red, bad argument: color"
    })
    void whatIsWrongIsNamed(String pipeline, String why) {
        assertThatThrownBy(() -> TestWork.run("x".getBytes(UTF_8), pipeline))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSymbolIsAPictureForTheNextStage() {
        var output = TestWork.run("x".getBytes(UTF_8), "qrcode/1|imageView2/2/w/116/format/jpg");

        assertThat(output.image().getWidth()).isEqualTo(116);
        assertThat(read(output.image()).getText()).isEqualTo("x");
    }

    private static Result read(BufferedImage image) {
        var width = image.getWidth();
        var pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        var light = new RGBLuminanceSource(width, image.getHeight(), pixels);
        try {
            return new QRCodeReader()
                    .decode(
                            new BinaryBitmap(new HybridBinarizer(light)),
                            Map.of(DecodeHintType.PURE_BARCODE, true));
        } catch (ReaderException e) {
            throw new AssertionError(e);
        }
    }
}
