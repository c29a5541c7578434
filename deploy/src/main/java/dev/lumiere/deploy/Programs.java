package dev.lumiere.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the system's programs are.
 *
 * @param folders to look in, in this order
 */
record Programs(List<Path> folders) {
    static final Programs OF_THE_SYSTEM =
            new Programs(
                    List.of(
                            Path.of("/usr/local/bin"),
                            Path.of("/usr/bin"),
                            Path.of("/bin"),
                            Path.of("/usr/sbin"),
                            Path.of("/sbin")));

    /** The program's path, null if it is not installed. */
    @Nullable Path find(String name) {
        for (var folder : folders) {
            var program = folder.resolve(name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }
}
