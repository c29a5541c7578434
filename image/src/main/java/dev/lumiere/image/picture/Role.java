package dev.lumiere.image.picture;

import dev.lumiere.fop.SourceFormat;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which of the two image services a process is: they differ in the formats they handle. */
public enum Role {
    /** What is asked for most, by decoders that are fuzzed all the time. */
    IMAGE("image"),

    /** All else that the system's libvips handles, and what the other handles too. */
    EXTRA("image-extra");

    private final String service;

    Role(String service) {
        this.service = service;
    }

    /** By the service's name. */
    public static Optional<Role> of(String service) {
        return Arrays.stream(values()).filter(role -> role.service.equals(service)).findFirst();
    }

    /** The name it is found by. */
    public String service() {
        return service;
    }

    /** What it reads where nothing more is enabled. */
    public Set<SourceFormat> reads() {
        var reads =
                EnumSet.of(
                        SourceFormat.JPEG,
                        SourceFormat.PNG,
                        SourceFormat.GIF,
                        SourceFormat.WEBP,
                        SourceFormat.AVIF,
                        SourceFormat.TIFF,
                        SourceFormat.SVG);
        if (this == EXTRA) {
            reads.addAll(
                    List.of(
                            SourceFormat.HEIC,
                            SourceFormat.JXL,
                            SourceFormat.BMP,
                            SourceFormat.PSD));
        }
        return reads;
    }

    public Set<OutputFormat> writes() {
        return this == EXTRA
                ? EnumSet.allOf(OutputFormat.class)
                : EnumSet.of(
                        OutputFormat.JPEG,
                        OutputFormat.PNG,
                        OutputFormat.GIF,
                        OutputFormat.WEBP,
                        OutputFormat.AVIF,
                        OutputFormat.TIFF);
    }

    /** Those it writes, as in URLs. */
    public List<String> written() {
        return writes().stream().map(format -> format.name().toLowerCase(Locale.ROOT)).toList();
    }
}
