package dev.lumiere.storage;

import java.util.Locale;
import java.util.Map;

/** MIME types by extension: a table of our own, the same on every machine. */
public final class ContentTypes {
    /** Of what has no extension that is known. */
    public static final String UNKNOWN = "application/octet-stream";

    private static final Map<String, String> BY_EXTENSION =
            Map.ofEntries(
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("jpe", "image/jpeg"),
                    Map.entry("png", "image/png"),
                    Map.entry("apng", "image/apng"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("avif", "image/avif"),
                    Map.entry("heic", "image/heic"),
                    Map.entry("heif", "image/heif"),
                    Map.entry("bmp", "image/bmp"),
                    Map.entry("tif", "image/tiff"),
                    Map.entry("tiff", "image/tiff"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("jxl", "image/jxl"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("m4v", "video/mp4"),
                    Map.entry("m4s", "video/iso.segment"),
                    Map.entry("mov", "video/quicktime"),
                    Map.entry("webm", "video/webm"),
                    Map.entry("mkv", "video/x-matroska"),
                    Map.entry("avi", "video/x-msvideo"),
                    Map.entry("flv", "video/x-flv"),
                    Map.entry("ts", "video/mp2t"),
                    Map.entry("m3u8", "application/vnd.apple.mpegurl"),
                    Map.entry("mpd", "application/dash+xml"),
                    Map.entry("mp3", "audio/mpeg"),
                    Map.entry("m4a", "audio/mp4"),
                    Map.entry("aac", "audio/aac"),
                    Map.entry("ogg", "audio/ogg"),
                    Map.entry("opus", "audio/ogg"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("flac", "audio/flac"),
                    Map.entry("amr", "audio/amr"),
                    Map.entry("json", "application/json"),
                    Map.entry("xml", "application/xml"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("zip", "application/zip"),
                    Map.entry("gz", "application/gzip"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("csv", "text/csv; charset=utf-8"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("md", "text/markdown; charset=utf-8"),
                    Map.entry("vtt", "text/vtt; charset=utf-8"),
                    Map.entry("srt", "application/x-subrip"),
                    Map.entry("htm", "text/html; charset=utf-8"),
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("ttf", "font/ttf"),
                    Map.entry("otf", "font/otf"));

    private ContentTypes() {}

    /** By the extension of a key or the name of a file. */
    public static String of(String key) {
        var name = key.substring(key.lastIndexOf('/') + 1);
        var extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return BY_EXTENSION.getOrDefault(extension, UNKNOWN);
    }
}
