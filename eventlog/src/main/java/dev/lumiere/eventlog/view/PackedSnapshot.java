package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files of a {@link View#snapshot} as one stream, to be kept elsewhere: a ZIP, in which each
 * has a checksum. They are not packed closer, since RocksDB has done that.
 */
public final class PackedSnapshot {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int BUFFER_BYTES = 1 << 16;

    private PackedSnapshot() {}

    /** How many bytes the files of a snapshot have. */
    public static long size(Path snapshot) throws IOException {
        var bytes = 0L;
        try (var files = Files.newDirectoryStream(snapshot)) {
            for (var file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** Writes them, and does not close the stream. */
    public static void pack(Path snapshot, OutputStream to) throws IOException {
        var byName = new TreeMap<String, Path>();
        try (var files = Files.newDirectoryStream(snapshot)) {
            for (var file : files) {
                byName.put(file.getFileName().toString(), file);
            }
        }
        var zip = new ZipOutputStream(to);
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (var file : byName.entrySet()) {
            zip.putNextEntry(new ZipEntry(file.getKey()));
            Files.copy(file.getValue(), zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    /**
     * Writes the files again.
     *
     * @param snapshot folder that is not there yet; a part of it may be there if this fails
     * @param maxBytes of all files
     * @throws IOException if it is not what was packed, or larger
     */
    public static void unpack(InputStream from, Path snapshot, long maxBytes) throws IOException {
        DurableFiles.createFolders(snapshot);
        var zip = new ZipInputStream(from);
        var left = maxBytes;
        var buffer = new byte[BUFFER_BYTES];
        try {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!NAME.matcher(entry.getName()).matches()) {
                    throw new IOException("no file of a snapshot: " + entry.getName());
                }
                try (var file = Files.newOutputStream(snapshot.resolve(entry.getName()))) {
                    for (var n = zip.read(buffer); n >= 0; n = zip.read(buffer)) {
                        left -= n;
                        if (left < 0) {
                            throw new IOException("a snapshot of more than " + maxBytes + " bytes");
                        }
                        file.write(buffer, 0, n);
                    }
                }
            }
        } catch (IllegalArgumentException e) { // a name that is no text
            throw new IOException("no snapshot: " + e.getMessage(), e);
        }
    }
}
