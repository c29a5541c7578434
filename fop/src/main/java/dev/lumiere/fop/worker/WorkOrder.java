package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request to a worker says.
 *
 * @param source where the source is, null if it is the body
 */
record WorkOrder(
        List<Stage> stages,
        @Nullable Capability source,
        Map<String, Capability> inputs,
        Map<String, Capability> outputs,
        String requestId,
        Instant deadline) {
    private static final long MAX_MILLIS = Duration.ofHours(24).toMillis();

    static WorkOrder read(Exchange exchange, Duration defaultTime, boolean hasSources) {
        var request = exchange.request();
        var parameters = request.params(true);
        var cmd = parameters.get("cmd");
        if (cmd == null || cmd.isEmpty()) {
            throw Problem.badRequest("no cmd").refused();
        }
        var encoded = "1".equals(request.getHeader("Lumiere-Encoded"));
        var url = parameters.get("url");
        var inputs = capabilities(request.getHeader("Lumiere-Inputs"));
        var outputs = capabilities(request.getHeader("Lumiere-Outputs"));
        if (!hasSources && (url != null || !inputs.isEmpty() || !outputs.isEmpty())) {
            throw Problem.badRequest("this worker has no source socket").refused();
        }
        var requestId = request.getHeader("X-Reqid");
        return new WorkOrder(
                stages(cmd, encoded),
                url == null ? null : capability(url),
                inputs,
                outputs,
                requestId == null ? exchange.trace().traceId() : requestId,
                exchange.received()
                        .plusMillis(millis(request.getHeader("Lumiere-Deadline"), defaultTime)));
    }

    private static List<Stage> stages(String cmd, boolean encoded) {
        try {
            return encoded ? Pipeline.decode(cmd).stages() : List.of(plain(cmd));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("cmd: " + e.getMessage()).refused();
        }
    }

    /** One stage as the UFOP protocol sends it: decoded, so an argument can hold no slash. */
    private static Stage plain(String cmd) {
        var segments = Arrays.stream(cmd.split("/")).filter(s -> !s.isEmpty()).toList();
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("no operation");
        }
        return new Stage(segments.getFirst(), segments.subList(1, segments.size()));
    }

    private static Map<String, Capability> capabilities(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Map.of();
        }
        var named = new LinkedHashMap<String, Capability>();
        for (var part : header.split(",", -1)) {
            var equals = part.indexOf('=');
            if (equals < 1) {
                throw Problem.badRequest("not name=URL: " + part.strip()).refused();
            }
            named.put(
                    part.substring(0, equals).strip(),
                    capability(part.substring(equals + 1).strip()));
        }
        return named;
    }

    private static Capability capability(String url) {
        var capability = Capability.parse(url);
        if (capability == null) {
            throw Problem.badRequest("not on the source socket: " + url).refused();
        }
        return capability;
    }

    private static long millis(@Nullable String header, Duration otherwise) {
        if (header == null) {
            return otherwise.toMillis();
        }
        try {
            return Math.clamp(Long.parseLong(header), 0, MAX_MILLIS);
        } catch (NumberFormatException _) {
            throw Problem.badRequest("Lumiere-Deadline is not a number: " + header).refused();
        }
    }
}
