package dev.lumiere.image.picture;

import dev.lumiere.fop.SourceFormat;
import java.util.Arrays;
import java.util.Optional;

/** What reads a format: an operation of libvips, and the family of operations it belongs to. */
public enum Decoder {
    JPEG(SourceFormat.JPEG, "VipsForeignLoadJpeg", "jpegload_buffer"),
    PNG(SourceFormat.PNG, "VipsForeignLoadPng", "pngload_buffer"),
    GIF(SourceFormat.GIF, "VipsForeignLoadNsgif", "gifload_buffer"),
    WEBP(SourceFormat.WEBP, "VipsForeignLoadWebp", "webpload_buffer"),
    AVIF(SourceFormat.AVIF, "VipsForeignLoadHeif", "heifload_buffer"),
    TIFF(SourceFormat.TIFF, "VipsForeignLoadTiff", "tiffload_buffer"),
    SVG(SourceFormat.SVG, "VipsForeignLoadSvg", "svgload_buffer"),
    HEIC(SourceFormat.HEIC, "VipsForeignLoadHeif", "heifload_buffer"),
    JXL(SourceFormat.JXL, "VipsForeignLoadJxl", "jxlload_buffer"),
    BMP(SourceFormat.BMP, "VipsForeignLoadMagick", "magickload_buffer"),
    PSD(SourceFormat.PSD, "VipsForeignLoadMagick", "magickload_buffer"),
    PDF(SourceFormat.PDF, "VipsForeignLoadPdf", "pdfload_buffer");

    private final SourceFormat format;
    private final String family;
    private final String operation;

    Decoder(SourceFormat format, String family, String operation) {
        this.format = format;
        this.family = family;
        this.operation = operation;
    }

    public static Optional<Decoder> of(SourceFormat format) {
        return Arrays.stream(values()).filter(decoder -> decoder.format == format).findFirst();
    }

    /** The class of operations that may be used where this is; all others stay blocked. */
    public String family() {
        return family;
    }

    /** The operation that reads the format from memory. */
    public String operation() {
        return operation;
    }
}
