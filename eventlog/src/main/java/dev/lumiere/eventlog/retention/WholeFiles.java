package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.Findings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of an archive that are whole, each read to its end once to know it. For one run of one
 * thread: what was whole may be damaged by the next.
 */
final class WholeFiles {
    private final Archive archive;
    private final Map<ArchiveFile, Boolean> known = new HashMap<>();

    WholeFiles(Archive archive) {
        this.archive = archive;
    }

    /**
     * Whether an event is in one of them.
     *
     * @throws IOException if its file cannot be read now, which says nothing of what is in it
     */
    boolean hold(Event event) throws IOException {
        var file = archive.file(event.partition(), event.position());
        if (file == null) {
            return false;
        }
        var whole = known.get(file);
        if (whole == null) {
            var findings = new Findings();
            file.verify(_ -> {}, findings);
            whole = findings.count() == 0;
            known.put(file, whole);
        }
        return whole;
    }
}
