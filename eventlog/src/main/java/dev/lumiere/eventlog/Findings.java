package dev.lumiere.eventlog;

import java.util.ArrayList;
import java.util.List;

/** What is not as it was written: the first {@value #MAX_LISTED}, and how many there are. */
public final class Findings {
    private static final int MAX_LISTED = 1000;

    private final List<Finding> listed = new ArrayList<>();
    private long count;

    /** Something that is not as it was written, and where. */
    public record Finding(String where, String what) {}

    public void add(String where, String what) {
        count++;
        if (listed.size() < MAX_LISTED) {
            listed.add(new Finding(where, what));
        }
    }

    public List<Finding> listed() {
        return List.copyOf(listed);
    }

    public long count() {
        return count;
    }
}
