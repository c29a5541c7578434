package dev.lumiere.systemtest;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of a fuzz run, as a table of formats. */
final class FuzzSummary {
    private final Map<String, Row> rows = new TreeMap<>();
    private final long seed;

    FuzzSummary(long seed) {
        this.seed = seed;
    }

    private static final class Row {
        private final Map<String, Integer> reasons = new TreeMap<>();
        private int pictures;
        private int words;
        private int failures;
        private Duration slowest = Duration.ZERO;
        private long workersLost;
        private Usage after = new Usage(0, 0);
    }

    synchronized void add(String format, Verdict verdict, Duration took) {
        var row = row(format);
        switch (verdict) {
            case Verdict.Picture _ -> row.pictures++;
            case Verdict.Words _ -> row.words++;
            case Verdict.Refusal refusal ->
                    row.reasons.merge(
                            refusal.status() + " " + kind(refusal.reason()), 1, Integer::sum);
        }
        row.slowest = took.compareTo(row.slowest) > 0 ? took : row.slowest;
    }

    synchronized void addFailure(String format) {
        row(format).failures++;
    }

    synchronized void after(String format, long workersLost, Usage usage) {
        row(format).workersLost = workersLost;
        row(format).after = usage;
    }

    synchronized String line() {
        return "fuzz, seed %d: %d requests, %d pictures, %d in words, %d refused, %d failures, %d workers lost, slowest %d ms"
                .formatted(
                        seed,
                        rows.values().stream().mapToInt(FuzzSummary::asked).sum(),
                        rows.values().stream().mapToInt(row -> row.pictures).sum(),
                        rows.values().stream().mapToInt(row -> row.words).sum(),
                        rows.values().stream().mapToInt(FuzzSummary::refused).sum(),
                        rows.values().stream().mapToInt(row -> row.failures).sum(),
                        rows.values().stream().mapToLong(row -> row.workersLost).sum(),
                        rows.values().stream()
                                .mapToLong(row -> row.slowest.toMillis())
                                .max()
                                .orElse(0));
    }

    synchronized String markdown() {
        var text = new StringBuilder("# Fuzz run\n\n").append(line()).append("\n\n");
        text.append(
                "| format | pictures | words | refused | failures | workers lost | slowest, ms |");
        text.append(" descriptors | memory, MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach((format, row) ->
                text.append(
                        "| %s | %d | %d | %d | %d | %d | %d | %d | %d |%n"
                                .formatted(
                                        format,
                                        row.pictures,
                                        row.words,
                                        refused(row),
                                        row.failures,
                                        row.workersLost,
                                        row.slowest.toMillis(),
                                        row.after.descriptors(),
                                        row.after.bytes() >> 20)));
        text.append("\n| format | refused because | times |\n|---|---|--:|\n");
        rows.forEach((format, row) ->
                row.reasons.forEach((reason, times) ->
                        text.append("| %s | %s | %d |%n".formatted(format, reason, times))));
        return text.toString();
    }

    private Row row(String format) {
        return rows.computeIfAbsent(format, _ -> new Row());
    }

    private static int asked(Row row) {
        return row.pictures + row.words + row.failures + refused(row);
    }

    private static int refused(Row row) {
        return row.reasons.values().stream().mapToInt(times -> times).sum();
    }

    /** Without what differs from file to file. */
    private static String kind(String reason) {
        return reason.replaceAll("[^ -~]|\\|", "?")
                .replaceAll("\\d+", "n")
                .lines()
                .limit(1)
                .map(line -> line.substring(0, Math.min(line.length(), 90)))
                .collect(Collectors.joining());
    }
}
