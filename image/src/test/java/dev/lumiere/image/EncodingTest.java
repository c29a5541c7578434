package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.picture.JpegHeader;
import dev.lumiere.image.vips.TestVips;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of how to write, in both operations. */
final class EncodingTest {
    private static final byte[] NOISE = Pictures.write(noise(200, 150), "png");
    private static final byte[] SOFT =
            TestWork.run(Pictures.write(grey(noise(200, 150)), "png"), "imageMogr2/blur/5x1")
                    .bytes();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "imageMogr2/size-limit/",
                "imageMogr2/max-bytes/",
                "imageView2/0/max-bytes/"
            })
    void theQualityIsTheHighestThatFits(String stage) {
        var jpeg = "/format/jpg";
        var at74 = TestWork.run(NOISE, "imageView2/0/q/74!/format/jpg").bytes();
        var at40 = TestWork.run(NOISE, "imageView2/0/q/40!/format/jpg").bytes();
        var at1 = TestWork.run(NOISE, "imageView2/0/q/1!/format/jpg").bytes();
        var at75 = TestWork.run(NOISE, "imageView2/0/format/jpg").bytes();

        assertThat(TestWork.run(NOISE, stage + at75.length + jpeg).bytes()).isEqualTo(at75);
        assertThat(TestWork.run(NOISE, stage + (at75.length - 1) + jpeg).bytes()).isEqualTo(at74);
        assertThat(TestWork.run(NOISE, stage + at40.length + jpeg).bytes()).isEqualTo(at40);
        assertThat(TestWork.run(NOISE, stage + at1.length + jpeg).bytes()).hasSameSizeAs(at1);
        assertThat(TestWork.run(NOISE, stage + "1" + jpeg).bytes()).hasSameSizeAs(at1);
        assertThat(TestWork.run(NOISE, stage + "1m" + jpeg).bytes()).isEqualTo(at75);
        assertThat(TestWork.run(NOISE, stage + "10k" + jpeg).bytes().length)
                .isBetween(9_800, 10_240);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imageView2/0/q/auto", "imageMogr2/quality/auto"})
    void theQualityIsWhatTheDistanceTakes(String stage) {
        for (var format : new String[] {"jpg", "webp", "avif"}) {
            var most = TestWork.run(SOFT, "imageView2/0/q/95!/format/" + format).bytes();
            var fine = TestWork.run(SOFT, stage + "/distance/0.003/format/" + format).bytes();
            var usual = TestWork.run(SOFT, stage + "/format/" + format);
            var coarse = TestWork.run(SOFT, stage + "/distance/0.1/format/" + format).bytes();

            assertThat(usual.contentType())
                    .isEqualTo(format.equals("jpg") ? "image/jpeg" : "image/" + format);
            assertThat(most.length).isGreaterThan(fine.length);
            assertThat(fine.length).isGreaterThan(usual.bytes().length);
            assertThat(usual.bytes().length).isGreaterThan(coarse.length);
            assertThat(TestWork.run(SOFT, stage + "/distance/0.005/format/" + format).bytes())
                    .isEqualTo(usual.bytes());
        }
    }

    @Test
    void theQualityFoundIsNotAboveWhatASourceIsWorth() {
        var poor = TestWork.run(NOISE, "imageView2/0/q/20!/format/jpg").bytes();

        assertThat(TestWork.run(poor, "imageView2/0/quality/auto/distance/0.0001").bytes())
                .isEqualTo(TestWork.run(poor, "imageView2/0/q/20!").bytes());
    }

    @Test
    void theDistanceGoesTogetherWithALimitInBytes() {
        var usual = TestWork.run(SOFT, "imageView2/0/q/auto/format/jpg").bytes();
        var most = usual.length * 2 / 3;

        assertThat(
                        TestWork.run(SOFT, "imageView2/0/q/auto/format/jpg/max-bytes/" + most)
                                .bytes()
                                .length)
                .isBetween(most * 9 / 10, most);
        assertThat(TestWork.run(SOFT, "imageView2/0/q/auto/format/png").bytes())
                .isEqualTo(TestWork.run(SOFT, "imageView2/0/format/png").bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "0.0", "0.00000", "0.000001", "-0.1", ".02", "0.0x", "1e-2"})
    void aDistanceThatIsNoneIsNamed(String distance) {
        assertThatThrownBy(() -> TestWork.run(NOISE, "imageView2/0/q/auto/distance/" + distance))
                .hasMessageContaining("bad argument: distance");
        assertThatThrownBy(() -> TestWork.run(NOISE, "imageView2/0/q/80/distance/0.1"))
                .hasMessageContaining("bad argument: distance");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webp", "avif"})
    void maxBytesLowersEveryLossyFormat(String format) {
        var plain = TestWork.run(NOISE, "imageMogr2/format/" + format).bytes();
        var most = plain.length / 2;

        for (var stage : new String[] {"imageMogr2", "imageView2/0"}) {
            var small = TestWork.run(NOISE, stage + "/format/" + format + "/max-bytes/" + most);
            assertThat(small.contentType()).isEqualTo("image/" + format);
            assertThat(small.bytes().length).isBetween(most * 3 / 4, most);
        }
        assertThat(TestWork.run(NOISE, "imageMogr2/size-limit/100/format/" + format).bytes())
                .isEqualTo(plain);
        var lossless = TestWork.run(NOISE, "imageMogr2/lossless/1/format/" + format).bytes();
        assertThat(
                        TestWork.run(NOISE, "imageMogr2/lossless/1/max-bytes/9/format/" + format)
                                .bytes())
                .isEqualTo(lossless);
    }

    @Test
    void maxBytesLowersAnAnimation() {
        var source = Animations.threeFlatFrames("webpsave_buffer");

        var small = TestWork.run(source, "imageMogr2/thumbnail/400x/max-bytes/1");

        assertThat(TestWork.run(small.bytes(), "imageInfo").text()).contains("\"frameNumber\":3");
        assertThat(
                        TestWork.run(
                                        source,
                                        "imageMogr2/rotate/90|imageMogr2/size-limit/1!|imageInfo")
                                .text())
                .contains("\"frameNumber\":3");
    }

    @Test
    void aStrictLimitGivesTheSourceIfItIsNotMet() {
        var good = TestWork.run(NOISE, "imageView2/0/format/jpg/q/90!").bytes();
        var poor = TestWork.run(NOISE, "imageView2/0/format/jpg/q/10!").bytes();

        assertThat(TestWork.run(good, "imageMogr2/size-limit/1!").bytes()).isEqualTo(good);
        assertThat(TestWork.run(good, "imageMogr2/size-limit/10k!").bytes().length)
                .isLessThanOrEqualTo(10_240);
        assertThat(TestWork.run(poor, "imageMogr2/quality/90!/size-limit/1m!").bytes())
                .isEqualTo(poor);
        assertThat(TestWork.run(poor, "imageMogr2/quality/90!/size-limit/$(fsize)").bytes().length)
                .isLessThanOrEqualTo(poor.length);
        assertThat(TestWork.run(NOISE, "imageMogr2/size-limit/1!").bytes()).isEqualTo(NOISE);
        var output = TestWork.run(good, "imageMogr2/format/png/size-limit/$(fsize)!");
        assertThat(output.bytes()).isEqualTo(good);
    }

    @Test
    void theSourceOfALaterStageIsWhatTheStageBeforeMade() {
        var first = "imageView2/2/w/100/format/jpg/q/60";
        var whole = TestWork.run(NOISE, first).bytes();

        assertThat(TestWork.run(NOISE, first + "|imageMogr2/size-limit/1!").bytes())
                .isEqualTo(whole);
        assertThat(
                        TestWork.run(NOISE, first + "|imageMogr2/quality/90!/size-limit/$(fsize)!")
                                .bytes()
                                .length)
                .isLessThanOrEqualTo(whole.length);
        // Decoded row by row, and once only.
        var large = Pictures.by("pngsave_buffer", 2200, 1100);
        var info = "imageMogr2/crop/2000x1050|imageMogr2/size-limit/$(fsize)!/border/1x1|imageInfo";
        assertThat(TestWork.run(large, info).text()).contains("\"width\":200");
    }

    @ParameterizedTest
    @CsvSource({
        "imageMogr2/quality/90, 30",
        "imageMogr2/quality/90!, 90",
        "imageMogr2/thumbnail/!50p/quality/90, 60",
        "imageMogr2/thumbnail/!10p/quality/100, 90",
        "imageMogr2/thumbnail/!10p, 75",
        "imageMogr2, 30",
        "imageMogr, 30",
        "imageMogr/thumbnail/!10p, 30",
        "imageMogr/quality/20, 20",
        "imageMogr/quality/95!, 95",
        "imageMogr/v2/thumbnail/!10p, 75",
        "imageView2/0/q/90, 30",
        "imageView/2/w/640, 85",
    })
    void aPoorJpegIsNotWrittenBetterThanItIs(String pipeline, int quality) {
        var poor = Pictures.by("jpegsave_buffer", 640, 427, "Q", 30);

        var written = TestWork.run(poor, pipeline).bytes();

        assertThat(JpegHeader.read(TestVips.nativeBytes(written)).quality())
                .isBetween(quality - 2, quality + 2);
    }

    @ParameterizedTest
    @CsvSource({
        "imageMogr2/chroma/auto/quality/75, 2",
        "imageMogr2/chroma/auto/quality/95, 1",
        "imageMogr2/chroma/420/quality/95, 2",
        "imageMogr2/chroma/444/quality/20, 1",
        "imageView2/0/chroma/444/q/20, 1",
        "imageView2/0/q/20, 2",
    })
    void chromaIsKeptAsAsked(String stage, int samplesAcross) {
        var jpeg = TestWork.run(NOISE, stage + "/format/jpg").bytes();

        assertThat(samplingOf(jpeg)).isEqualTo(samplesAcross);
    }

    @ParameterizedTest
    @CsvSource({"webp, imageMogr2", "avif, imageMogr2", "webp, imageView2/0", "avif, imageView2/0"})
    void losslessChangesNoPixel(String format, String stage) {
        var source = noise(40, 30);

        var written =
                TestWork.run(Pictures.write(source, "png"), stage + "/lossless/1/format/" + format);
        var image = TestWork.run(written.bytes(), "imageView2/0/format/png").image();

        for (var x = 0; x < 40; x++) {
            for (var y = 0; y < 30; y++) {
                var was = new Color(source.getRGB(x, y));
                var is = new Color(image.getRGB(x, y));
                // AV1 in YCbCr of eight bits rounds.
                var most = format.equals("avif") ? 3 : 0;
                assertThat(Math.abs(was.getRed() - is.getRed())).isLessThanOrEqualTo(most);
                assertThat(Math.abs(was.getGreen() - is.getGreen())).isLessThanOrEqualTo(most);
                assertThat(Math.abs(was.getBlue() - is.getBlue())).isLessThanOrEqualTo(most);
            }
        }
    }

    @Test
    void interlacesAndHasPalettes() {
        assertThat(TestWork.run(NOISE, "imageMogr2/colors/16|imageInfo").text())
                .contains("palette16");
        var baseline = TestWork.run(NOISE, "imageMogr2/format/jpg").bytes();
        var progressive = TestWork.run(NOISE, "imageMogr2/format/jpg/interlace/1").bytes();
        assertThat(frameMarker(baseline)).isEqualTo(0xc0);
        assertThat(frameMarker(progressive)).isEqualTo(0xc2);
    }

    private static BufferedImage grey(BufferedImage image) {
        for (var y = 0; y < image.getHeight(); y++) {
            for (var x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, (image.getRGB(x, y) & 0xff) * 0x010101);
            }
        }
        return image;
    }

    private static BufferedImage noise(int width, int height) {
        var random = new SplittableRandom(5);
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < width; x++) {
            for (var y = 0; y < height; y++) {
                image.setRGB(x, y, random.nextInt(0x1000000));
            }
        }
        return image;
    }

    private static int frameMarker(byte[] jpeg) {
        return jpeg[frame(jpeg) + 1] & 0xff;
    }

    /** Of luminance, across: twice that of chroma where a quarter is kept. */
    private static int samplingOf(byte[] jpeg) {
        return jpeg[frame(jpeg) + 11] >> 4;
    }

    private static int frame(byte[] jpeg) {
        for (var at = 2; ; ) {
            var marker = jpeg[at + 1] & 0xff;
            if (marker == 0xc0 || marker == 0xc2) {
                return at;
            }
            at += 2 + ((jpeg[at + 2] & 0xff) << 8) + (jpeg[at + 3] & 0xff);
        }
    }
}
