package dev.lumiere.fop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a picture's first bytes say it is. Nothing else is believed: no name, no declared type. */
public enum SourceFormat {
    JPEG,
    PNG,
    GIF,
    WEBP,
    AVIF,
    TIFF,
    SVG,
    HEIC,
    JXL,
    BMP,
    PSD,
    ICO,
    JP2,
    PDF;

    /** How many bytes from the start are looked at. */
    public static final int SNIFFED = 1024;

    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");
    private static final Set<String> HEIC_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");
    private static final Pattern SVG_ROOT =
            Pattern.compile("^(\u00ef\u00bb\u00bf)?\\s*<(\\?xml|!|svg)");

    /** Such as {@code jpeg}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** MIME type. */
    public String contentType() {
        return switch (this) {
            case SVG -> "image/svg+xml";
            case PDF -> "application/pdf";
            default -> "image/" + word();
        };
    }

    /** Looks at the first {@value #SNIFFED} bytes; empty if they are of no picture known here. */
    public static Optional<SourceFormat> sniff(MemorySegment source) {
        var length = Math.min(source.byteSize(), SNIFFED);
        var head = new String(source.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
        return Arrays.stream(values()).filter(format -> format.begins(head)).findFirst();
    }

    private boolean begins(String head) {
        return switch (this) {
            case JPEG -> head.startsWith("\u00ff\u00d8\u00ff");
            case PNG -> head.startsWith("\u0089PNG\r\n\u001a\n");
            case GIF -> head.startsWith("GIF87a") || head.startsWith("GIF89a");
            case WEBP -> head.startsWith("RIFF") && head.startsWith("WEBP", 8);
            case AVIF -> hasBrand(head, AVIF_BRANDS);
            case HEIC -> hasBrand(head, HEIC_BRANDS);
            case TIFF -> head.startsWith("II*\0") || head.startsWith("MM\0*");
            case BMP -> head.startsWith("BM") && head.startsWith("\0\0\0\0", 6);
            case PSD -> head.startsWith("8BPS");
            case JXL -> head.startsWith("\u00ff\n") || head.startsWith("\0\0\0\fJXL \r\n\u0087\n");
            case JP2 -> head.startsWith("\0\0\0\fjP  \r\n\u0087\n");
            case ICO -> head.startsWith("\0\0\1\0") || head.startsWith("\0\0\2\0");
            case PDF -> head.startsWith("%PDF-");
            case SVG -> SVG_ROOT.matcher(head).find() && head.contains("<svg");
        };
    }

    /** ISO base media files: the box {@code ftyp} with a major brand and compatible ones. */
    private static boolean hasBrand(String head, Set<String> brands) {
        if (!head.startsWith("ftyp", 4)) {
            return false;
        }
        var end = Math.min(head.length(), head.charAt(2) << 8 | head.charAt(3));
        for (var at = 8; at + 4 <= end; at += 4) {
            if (at != 12 && brands.contains(head.substring(at, at + 4))) {
                return true;
            }
        }
        return false;
    }
}
