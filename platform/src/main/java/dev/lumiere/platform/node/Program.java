package dev.lumiere.platform.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The program's own files, as the build lays them out.
 *
 * @param root the folder that the launcher lies in
 */
public record Program(Path root) {

    /** Says where the program is: the launcher tells, else it is the working folder. */
    public static Program find() {
        return new Program(
                Path.of(System.getProperty("lumiere.root", ".")).toAbsolutePath().normalize());
    }

    public Path sampleMedia() {
        return root.resolve("media/demo");
    }

    /** Jars of the image worker, and nothing else: its sandbox sees no other. */
    Path imageLibrary() {
        return root.resolve("image/target/lumiere/lib");
    }

    public Path imageAotCache() {
        return root.resolve("platform/target/lumiere/aot/image.aot");
    }

    /** The libvips that npm brings, where it was to be had. */
    Path npmModules() {
        return root.resolve("image/native/node_modules");
    }

    /** The class path of a folder of jars: each by its name, in a fixed order. */
    static String classPath(Path library) {
        try (var jars = Files.list(library)) {
            List<String> names =
                    jars.map(Path::toString).filter(n -> n.endsWith(".jar")).sorted().toList();
            if (names.isEmpty()) {
                throw new StartFailure("no jars in " + library + ": build with ./lumiere");
            }
            return String.join(":", names);
        } catch (IOException e) {
            throw new StartFailure("no jars in " + library + ": build with ./lumiere (" + e + ")");
        }
    }
}
