package dev.lumiere.platform.storage;

import dev.lumiere.platform.client.Shown;
import java.io.PrintStream;
import java.util.Locale;

/**
 * How far a long transfer is, on one line of a terminal; nothing where nobody looks. To be closed,
 * so that what is said next begins a line of its own.
 */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final int MAX_NAME = 36;
    private static final long WORTH_SHOWING = 8 << 20;
    private static final int MIB = 1 << 20;

    private final String name;
    private final long total;
    private final PrintStream terminal;
    private final boolean isSeen;
    private long shown = -1;

    /**
     * Of a transfer.
     *
     * @param total bytes; negative if that is not known
     * @param isSeen whether somebody looks
     */
    Progress(String name, long total, PrintStream terminal, boolean isSeen) {
        this.name = shortened(name);
        this.total = total;
        this.terminal = terminal;
        this.isSeen = isSeen;
    }

    /** Of a transfer, on the terminal if there is one. */
    static Progress of(String name, long total) {
        return new Progress(name, total, System.err, isSeen());
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where java.base provides it
    private static boolean isSeen() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /** Its end, which tells more than its beginning, without what a terminal would act upon. */
    private static String shortened(String name) {
        var plain = Shown.of(name);
        return plain.length() <= MAX_NAME
                ? plain
                : "…" + plain.substring(plain.length() - MAX_NAME + 1);
    }

    /** So many bytes are over; said again only where the line changes. */
    void at(long bytes) {
        if (!isSeen || (total < 0 ? bytes : total) <= WORTH_SHOWING) {
            return;
        }
        var now = total < 0 ? bytes / MIB : Math.min(bytes, total) * 100 / total;
        if (now != shown) {
            shown = now;
            terminal.print(total < 0 ? "\r%s  %d MiB".formatted(name, now) : bar(now));
            terminal.flush();
        }
    }

    private String bar(long percent) {
        var done = (int) (percent * WIDTH / 100);
        return String.format(
                Locale.ROOT,
                "\r%s  [%s%s] %3d %%",
                name,
                "=".repeat(done),
                " ".repeat(WIDTH - done),
                percent);
    }

    /** All is over, and well. */
    void end() {
        if (total >= 0) {
            at(total);
        }
    }

    @Override
    public void close() {
        if (shown >= 0) {
            terminal.println();
            shown = -1;
        }
    }
}
