package dev.lumiere.storage.notice;

/** How much of what is to be told is in memory, of all partitions of a node. For one thread. */
final class Memory {
    /** A lane that has nothing else takes one beyond that. */
    static final long MAX_CHARS = 8 << 20;

    private final long most;
    private long taken;

    Memory(long most) {
        this.most = most;
    }

    boolean isFull() {
        return taken >= most;
    }

    void take(long chars) {
        taken += chars;
    }

    void give(long chars) {
        taken -= chars;
    }
}
