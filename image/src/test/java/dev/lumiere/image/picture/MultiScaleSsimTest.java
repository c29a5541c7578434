package dev.lumiere.image.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiScaleSsimTest {
    @Test
    void aPictureIsLikeItself() {
        assertThat(MultiScaleSsim.of(noise(1, 60), noise(1, 60), 16)).isEqualTo(1);
    }

    @Test
    void theMoreNoiseTheLessAlike() {
        var picture = noise(1, 60);
        var alittle = MultiScaleSsim.of(picture, plus(picture, 4), 16);
        var more = MultiScaleSsim.of(picture, plus(picture, 40), 16);

        assertThat(alittle).isBetween(0.9, 0.999);
        assertThat(more).isBetween(0.0, alittle - 0.1);
    }

    /**
     * Without variance the formula is that of the means alone, and those count at the last scale.
     */
    @Test
    void flatPicturesDifferByTheirLight() {
        var light = (2.0 * 100 * 150 + 6.5025) / (100.0 * 100 + 150 * 150 + 6.5025);
        var expected = Math.pow(light, 0.2856 / (0.0448 + 0.2856));

        assertThat(MultiScaleSsim.of(flat(100), flat(150), 16)).isCloseTo(expected, within(1e-12));
    }

    /** What is even from afar counts more than what is even close by. */
    @Test
    void noiseCountsLessThanATint() {
        var picture = noise(1, 100, 128);
        var noisy = MultiScaleSsim.of(picture, plus(picture, 30), 128);
        var wavy = MultiScaleSsim.of(picture, waves(picture, 30), 128);

        assertThat(noisy).isGreaterThan(wavy + 0.02);
    }

    @Test
    void whatHasNoWindowIsRefused() {
        var small = MemorySegment.ofArray(new byte[7 * 7]);
        assertThatThrownBy(() -> MultiScaleSsim.of(small, small, 7)).hasMessageContaining("7 wide");
        assertThatThrownBy(() -> MultiScaleSsim.of(flat(1), small, 16))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static MemorySegment noise(int seed, int spread) {
        return noise(seed, spread, 16);
    }

    private static MemorySegment noise(int seed, int spread, int side) {
        var random = new Random(seed);
        var pixels = new byte[side * side];
        for (var i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (128 + spread * (random.nextDouble() - 0.5) * 2);
        }
        return MemorySegment.ofArray(pixels);
    }

    private static MemorySegment plus(MemorySegment picture, int spread) {
        var random = new Random(2);
        var pixels = picture.toArray(ValueLayout.JAVA_BYTE);
        for (var i = 0; i < pixels.length; i++) {
            var value = (pixels[i] & 0xff) + spread * (random.nextDouble() - 0.5) * 2;
            pixels[i] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
        return MemorySegment.ofArray(pixels);
    }

    private static MemorySegment waves(MemorySegment picture, int spread) {
        var pixels = picture.toArray(ValueLayout.JAVA_BYTE);
        for (var i = 0; i < pixels.length; i++) {
            var value = (pixels[i] & 0xff) + spread * Math.signum(Math.sin(i % 128 / 8.0));
            pixels[i] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
        return MemorySegment.ofArray(pixels);
    }

    private static MemorySegment flat(int level) {
        var pixels = new byte[16 * 16];
        Arrays.fill(pixels, (byte) level);
        return MemorySegment.ofArray(pixels);
    }
}
