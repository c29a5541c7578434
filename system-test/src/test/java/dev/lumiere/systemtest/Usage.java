package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What some processes hold at one moment.
 *
 * @param bytes resident, each process's fair share of what it shares with others
 * @param descriptors open
 */
record Usage(long bytes, long descriptors) {
    private static final long SPARE_BYTES = 16L << 20;
    private static final long SPARE_DESCRIPTORS = 8;

    static Usage of(List<Long> pids) throws IOException {
        var bytes = 0L;
        var descriptors = 0L;
        for (var pid : pids) {
            var process = Path.of("/proc/" + pid);
            bytes += proportionalBytes(process);
            try (var open = Files.list(process.resolve("fd"))) {
                descriptors += open.count();
            }
        }
        return new Usage(bytes, descriptors);
    }

    /** The most that a process had resident at any time. */
    static long peakBytes(long pid) throws IOException {
        return kilobytes(Path.of("/proc/" + pid, "status"), "VmHWM:") << 10;
    }

    private static long proportionalBytes(Path process) throws IOException {
        var share = kilobytes(process.resolve("smaps_rollup"), "Pss:");
        return (share > 0 ? share : kilobytes(process.resolve("status"), "VmRSS:")) << 10;
    }

    /** 0 where the kernel does not tell. */
    private static long kilobytes(Path file, String name) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** What is usual in the first quarter of a series, and in its last. */
    record Trend(Usage first, Usage last) {
        static Trend of(List<Usage> series) {
            var quarter = Math.max(1, series.size() / 4);
            return new Trend(
                    median(series.subList(0, quarter)),
                    median(series.subList(series.size() - quarter, series.size())));
        }

        private static Usage median(List<Usage> series) {
            return new Usage(median(series, Usage::bytes), median(series, Usage::descriptors));
        }

        private static long median(List<Usage> series, ToLongFunction<Usage> value) {
            return series.stream()
                    .mapToLong(value)
                    .sorted()
                    .skip(series.size() / 2)
                    .findFirst()
                    .orElseThrow();
        }

        void assertFlat(String of) {
            assertThat(last.bytes)
                    .as("bytes of " + of)
                    .isLessThanOrEqualTo(first.bytes + first.bytes / 10 + SPARE_BYTES);
            assertThat(last.descriptors)
                    .as("open files of " + of)
                    .isLessThanOrEqualTo(
                            first.descriptors + first.descriptors / 10 + SPARE_DESCRIPTORS);
        }
    }
}
