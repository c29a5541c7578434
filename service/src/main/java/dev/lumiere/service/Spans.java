package dev.lumiere.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one request, in the order they ended; any thread may add. At most {@value #MAX} are
 * kept.
 *
 * @see <a href="https://www.w3.org/TR/server-timing/">Server Timing</a>
 */
public final class Spans {
    private static final int MAX = 64;
    private static final Pattern METRIC = Pattern.compile("\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(.*)");
    private static final Pattern DURATION =
            Pattern.compile(";\\s*dur\\s*=\\s*\"?(\\d{1,12}(?:\\.\\d{1,9})?)\"?");

    private final InstantSource clock;
    private final List<Span> ended = new ArrayList<>();

    public Spans(InstantSource clock) {
        this.clock = clock;
    }

    /** Begins a span; closing it ends it: {@code try (var _ = spans.start("decode")) { … }}. */
    public Running start(String name) {
        return new Running(name, clock.instant());
    }

    public synchronized void add(Span span) {
        if (ended.size() < MAX) {
            ended.add(span);
        }
    }

    public void addAll(List<Span> spans) {
        spans.forEach(this::add);
    }

    public synchronized List<Span> list() {
        return List.copyOf(ended);
    }

    /** The value of the header {@code Server-Timing}, such as {@code decode;dur=31.2}. */
    public String serverTiming() {
        return list().stream()
                .map(s -> String.format(Locale.ROOT, "%s;dur=%.3f", s.name(), s.millis()))
                .collect(Collectors.joining(", "));
    }

    /**
     * The spans a {@code Server-Timing} header tells of, laid end to end so that the last ends at
     * {@code end}, as the header says how long but not when. What is malformed is left out.
     */
    public static List<Span> parse(@Nullable String serverTiming, Instant end) {
        if (serverTiming == null) {
            return List.of();
        }
        var spans = new ArrayList<Span>();
        var parts = serverTiming.split(",", MAX + 1);
        for (var i = Math.min(parts.length, MAX) - 1; i >= 0; i--) {
            var metric = METRIC.matcher(parts[i]);
            if (!metric.matches()) {
                continue;
            }
            var duration = DURATION.matcher(metric.group(2));
            if (duration.find()) {
                var nanos = Math.round(Double.parseDouble(duration.group(1)) * 1e6);
                end = end.minusNanos(nanos);
                spans.addFirst(new Span(metric.group(1), end, Duration.ofNanos(nanos)));
            }
        }
        return List.copyOf(spans);
    }

    /** A span under way. */
    public final class Running implements AutoCloseable {
        private final String name;
        private final Instant start;

        private Running(String name, Instant start) {
            this.name = name;
            this.start = start;
        }

        @Override
        public void close() {
            add(new Span(name, start, Duration.between(start, clock.instant())));
        }
    }
}
