package dev.lumiere.platform.storage;

import java.io.PrintStream;

/** How far a long transfer is, on one line of a terminal; nothing where nobody looks. */
final class Progress {
    private static final int WIDTH = 30;
    private static final long WORTH_SHOWING = 8 << 20;

    private final String name;
    private final long total;
    private final PrintStream terminal;
    private final boolean isShown;
    private boolean hasShown;

    /**
     * Of a transfer.
     *
     * @param total bytes; negative if that is not known
     */
    Progress(String name, long total, PrintStream terminal) {
        this.name = name;
        this.total = total;
        this.terminal = terminal;
        isShown = total > WORTH_SHOWING && isSeen();
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where java.base provides it
    private static boolean isSeen() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /** So many bytes are over. */
    void at(long bytes) {
        if (isShown) {
            var done = (int) (Math.min(bytes, total) * WIDTH / total);
            terminal.printf(
                    "\r%s  [%s%s] %3d %%",
                    name,
                    "=".repeat(done),
                    " ".repeat(WIDTH - done),
                    Math.min(bytes, total) * 100 / total);
            terminal.flush();
            hasShown = true;
        }
    }

    /** It is over. */
    void end() {
        if (hasShown) {
            at(total);
            terminal.println();
        }
    }
}
