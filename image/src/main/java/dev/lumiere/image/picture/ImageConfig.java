package dev.lumiere.image.picture;

import dev.lumiere.fop.SourceFormat;
import dev.lumiere.image.vips.VipsLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the worker accepts and makes; over a limit is a 400, found before pixels are decoded.
 *
 * @param libvips path or soname of the library
 * @param role which formats it handles
 * @param pdf whether it reads the first page of a PDF too
 * @param maxSourceBytes of the file
 * @param maxSourcePixels width × height, of all frames together where all are processed
 * @param maxSourceEdge width or height
 * @param maxGifFrames in a GIF
 * @param maxWebpFrames in a WebP
 * @param maxOutputPixels width × height of a result
 * @param maxOutputEdge width or height of a result
 * @param maxAvifPixels of an AVIF result, whose encoder is slow
 * @param maxAnimatedWebpEdge of an animation from WebP
 * @param maxAnimatedWebpPixels width × height × frames of an animation from WebP
 */
public record ImageConfig(
        String libvips,
        Role role,
        boolean pdf,
        int maxSourceBytes,
        int maxSourcePixels,
        int maxSourceEdge,
        int maxGifFrames,
        int maxWebpFrames,
        int maxOutputPixels,
        int maxOutputEdge,
        int maxAvifPixels,
        int maxAnimatedWebpEdge,
        int maxAnimatedWebpPixels) {

    /**
     * Reads {@code LUMIERE_IMAGE_SERVICE}, {@code image} or {@code image-extra}, {@code
     * LUMIERE_IMAGE_LIBVIPS}, {@code LUMIERE_IMAGE_PDF} and the limits: {@code
     * LUMIERE_IMAGE_MAX_SOURCE_BYTES} and so on.
     *
     * @throws IllegalArgumentException naming all variables that are wrong
     */
    public static ImageConfig from(Map<String, String> environment) {
        var limits = new Limits(environment, new ArrayList<>());
        var service = environment.getOrDefault("LUMIERE_IMAGE_SERVICE", Role.IMAGE.service());
        var role = Role.of(service);
        if (role.isEmpty()) {
            limits.faults.add("LUMIERE_IMAGE_SERVICE is neither image nor image-extra: " + service);
        }
        var config =
                new ImageConfig(
                        VipsLibrary.find(environment, role.equals(Optional.of(Role.EXTRA))),
                        role.orElse(Role.IMAGE),
                        "true".equals(environment.get("LUMIERE_IMAGE_PDF")),
                        limits.read("MAX_SOURCE_BYTES", 20 << 20),
                        limits.read("MAX_SOURCE_PIXELS", 150_000_000),
                        limits.read("MAX_SOURCE_EDGE", 30_000),
                        limits.read("MAX_GIF_FRAMES", 200),
                        limits.read("MAX_WEBP_FRAMES", 50),
                        limits.read("MAX_OUTPUT_PIXELS", 24_999_999),
                        limits.read("MAX_OUTPUT_EDGE", 9999),
                        limits.read("MAX_AVIF_PIXELS", 7_680_000),
                        limits.read("MAX_ANIMATED_WEBP_EDGE", 999),
                        limits.read("MAX_ANIMATED_WEBP_PIXELS", 31_500_000));
        if (!limits.faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", limits.faults));
        }
        return config;
    }

    /** All formats it reads. */
    public Set<SourceFormat> reads() {
        var reads = role.reads();
        if (pdf) {
            reads.add(SourceFormat.PDF);
        }
        return reads;
    }

    /** What reads a format here; empty if it is not to be read. */
    public Optional<Decoder> decoder(SourceFormat format) {
        return reads().contains(format) ? Decoder.of(format) : Optional.empty();
    }

    /**
     * The only families of operations that may read bytes of strangers here, and those that write
     * and that libvips trusts no more than what reads the same format.
     */
    public List<String> families() {
        var families = new ArrayList<String>();
        reads().forEach(format -> Decoder.of(format).ifPresent(d -> families.add(d.family())));
        if (role == Role.EXTRA) {
            families.addAll(List.of("VipsForeignSaveJxl", "VipsForeignSaveMagick"));
        }
        return families.stream().distinct().toList();
    }

    private record Limits(Map<String, String> environment, List<String> faults) {
        int read(String field, int otherwise) {
            var variable = "LUMIERE_IMAGE_" + field;
            var text = environment.get(variable);
            if (text == null || text.isEmpty()) {
                return otherwise;
            }
            if (!text.matches("[1-9][0-9]{0,8}")) {
                faults.add(variable + " is not a whole number from 1 to 999999999: " + text);
                return otherwise;
            }
            return Integer.parseInt(text);
        }
    }
}
