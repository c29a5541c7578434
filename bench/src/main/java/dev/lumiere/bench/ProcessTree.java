package dev.lumiere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A process and all that it started, as {@code /proc} shows them. */
public final class ProcessTree {
    private static final long MILLIS_PER_TICK = 10; // USER_HZ is 100 on every Linux we meet
    private static final long WATCH_EVERY_MILLIS = 200;

    private final long root;

    public ProcessTree(long root) {
        this.root = root;
    }

    /** User and system time of all living, and of those that ended and were waited for. */
    public long cpuMillis() {
        return pids().stream().mapToLong(ProcessTree::ticks).sum() * MILLIS_PER_TICK;
    }

    /** Resident memory, each shared page counted by its share. */
    public long pssBytes() {
        return pids().stream().mapToLong(ProcessTree::pss).sum();
    }

    /** Looks at the memory again and again until closed. */
    Watch watchMemory() {
        return new Watch();
    }

    private List<Long> pids() {
        return ProcessHandle.of(root).stream()
                .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** CPU time of those children of a process that ended and were waited for. */
    static long waitedForMillis(long pid) {
        return ticks(pid, 16) * MILLIS_PER_TICK;
    }

    private static long ticks(long pid) {
        return ticks(pid, 14);
    }

    /** Ticks of the fields from {@code first} to 17: 14, 15 its own, 16, 17 its children's. */
    private static long ticks(long pid, int first) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // after the name in brackets comes field 3 of proc(5)
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            var sum = 0L;
            for (var field = first; field <= 17; field++) {
                sum += Long.parseLong(fields[field - 3]);
            }
            return sum;
        } catch (IOException _) {
            return 0;
        }
    }

    private static long pss(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException _) {
            return 0;
        }
    }

    final class Watch implements AutoCloseable {
        private final AtomicLong peak = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().daemon().start(this::look);

        long peakPssBytes() {
            peak.accumulateAndGet(pssBytes(), Math::max);
            return peak.get();
        }

        private void look() {
            while (!Thread.currentThread().isInterrupted()) {
                peak.accumulateAndGet(pssBytes(), Math::max);
                try {
                    Thread.sleep(WATCH_EVERY_MILLIS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
