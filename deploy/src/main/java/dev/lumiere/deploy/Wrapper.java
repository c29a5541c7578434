package dev.lumiere.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first words of every command: a shell that enters its control groups, opens the seccomp
 * program and becomes the command, so that nothing of the instance ever runs without.
 */
final class Wrapper {
    private static final String ENTER =
            """
            while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done
            shift
            exec "$@" %d< "$0"
            """
                    .formatted(Bubblewrap.FILTER_DESCRIPTOR);

    private Wrapper() {}

    static List<String> of(List<Path> groups, @Nullable Path filter) {
        var words = new ArrayList<String>();
        words.addAll(List.of("/bin/sh", "-c", ENTER));
        words.add(filter == null ? "/dev/null" : filter.toString());
        groups.forEach(group -> words.add(group.toString()));
        words.add("--");
        return words;
    }
}
