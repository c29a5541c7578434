package dev.lumiere.systemtest;

import java.util.List;
import java.util.random.RandomGenerator;

/** An endless series of requests, hardly two of them the same. */
final class SoakRequests {
    private static final List<String> USUAL = List.of("jpg", "png", "webp", "gif");
    private static final List<String> SLOW = List.of("avif", "heic", "jxl", "tiff", "bmp");
    private static final List<String> ABOUT =
            List.of("imageInfo", "exif", "imageAve", "imageInfo|imageInfo", "noSuchOperation/1");

    private final List<String> sources;
    private final RandomGenerator random;

    /**
     * Of these, drawn with that.
     *
     * @param sources paths, such as {@code /demo/scene.jpg}
     */
    SoakRequests(List<String> sources, RandomGenerator random) {
        this.sources = sources;
        this.random = random;
    }

    String next() {
        return any(sources) + "?" + operation();
    }

    private String operation() {
        return switch (random.nextInt(12)) {
            case 0 -> any(ABOUT);
            case 1 ->
                    "imageMogr2/thumbnail/!%dp/rotate/%d".formatted(size(90), random.nextInt(360));
            case 2 -> "imageMogr2/thumbnail/%dx/blur/3x2/strip".formatted(size(500));
            case 3 -> "imageMogr2/crop/!%dx%da5a5".formatted(size(300), size(300));
            case 4 -> "imageView2/2/w/%d/format/%s".formatted(size(160), any(SLOW));
            case 5 -> "imageView2/1/w/%d/h/%d|imageAve".formatted(size(400), size(400));
            default ->
                    "imageView2/%d/w/%d/h/%d/format/%s"
                            .formatted(random.nextInt(6), size(900), size(900), any(USUAL));
        };
    }

    private int size(int most) {
        return 1 + random.nextInt(most);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
