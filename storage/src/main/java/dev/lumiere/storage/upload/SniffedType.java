package dev.lumiere.storage.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** MIME types by the first bytes of a content. */
final class SniffedType {
    private record Magic(String start, int at, String bytes, String type) {
        Magic(int at, String bytes, String type) {
            this("", at, bytes, type);
        }
    }

    private static final List<Magic> MAGICS =
            List.of(
                    new Magic(0, "\u00ff\u00d8\u00ff", "image/jpeg"),
                    new Magic(0, "\u0089PNG\r\n\u001a\n", "image/png"),
                    new Magic(0, "GIF87a", "image/gif"),
                    new Magic(0, "GIF89a", "image/gif"),
                    new Magic("RIFF", 8, "WEBP", "image/webp"),
                    new Magic(0, "II*\0", "image/tiff"),
                    new Magic(0, "MM\0*", "image/tiff"),
                    new Magic("BM", 6, "\0\0\0\0", "image/bmp"),
                    new Magic(0, "\0\0\1\0", "image/x-icon"),
                    new Magic(0, "\u00ff\n", "image/jxl"),
                    new Magic(0, "\0\0\0\fJXL ", "image/jxl"),
                    new Magic(4, "ftypavi", "image/avif"),
                    new Magic(4, "ftyphei", "image/heic"),
                    new Magic(4, "ftypmif1", "image/heif"),
                    new Magic(4, "ftypM4A", "audio/mp4"),
                    new Magic(4, "ftypqt  ", "video/quicktime"),
                    new Magic(4, "ftyp", "video/mp4"),
                    new Magic(0, "\u001aE\u00df\u00a3", "video/webm"),
                    new Magic(0, "FLV\1", "video/x-flv"),
                    new Magic("RIFF", 8, "AVI ", "video/x-msvideo"),
                    new Magic("RIFF", 8, "WAVE", "audio/wav"),
                    new Magic(0, "ID3", "audio/mpeg"),
                    new Magic(0, "\u00ff\u00fb", "audio/mpeg"),
                    new Magic(0, "fLaC", "audio/flac"),
                    new Magic(0, "OggS", "audio/ogg"),
                    new Magic(0, "#!AMR", "audio/amr"),
                    new Magic(0, "%PDF-", "application/pdf"),
                    new Magic(0, "PK\3\4", "application/zip"),
                    new Magic(0, "\u001f\u008b", "application/gzip"),
                    new Magic(0, "\0asm", "application/wasm"),
                    new Magic(0, "wOFF", "font/woff"),
                    new Magic(0, "wOF2", "font/woff2"));

    private SniffedType() {}

    /** Null if they are of nothing that is known here. */
    static @Nullable String of(byte[] head) {
        var text = new String(head, ISO_8859_1);
        for (var magic : MAGICS) {
            if (text.startsWith(magic.start) && text.startsWith(magic.bytes, magic.at)) {
                return magic.type;
            }
        }
        return null;
    }
}
