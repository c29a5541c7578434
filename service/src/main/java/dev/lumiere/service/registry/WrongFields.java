package dev.lumiere.service.registry;

import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with something that was read, field by field, none left out. */
public final class WrongFields extends RuntimeException {
    private static final int MAX_ECHOED = 300;

    private final transient List<Fault> faults;

    /** One wrong field and what is wrong with it. */
    public record Fault(String field, String detail) {}

    private WrongFields(List<Fault> faults) {
        super(
                faults.stream()
                        .map(fault -> fault.field() + ": " + fault.detail())
                        .collect(Collectors.joining("; ")),
                null,
                false,
                false);
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }

    /**
     * A problem document (RFC 9457) which lists the faults as {@code errors}, each with {@code
     * field} and {@code detail}.
     */
    JsonObject problem() {
        var errors = new JsonArray();
        faults.forEach(f -> errors.add(JsonObject.of("field", f.field(), "detail", f.detail())));
        return Problem.badRequest(String.valueOf(getMessage())).rfc9457().put("errors", errors);
    }

    /** Gathers faults while fields are read. */
    static final class Gatherer {
        private final List<Fault> faults = new ArrayList<>();

        void add(String field, String detail) {
            var echoed =
                    detail.length() > MAX_ECHOED ? detail.substring(0, MAX_ECHOED) + "…" : detail;
            faults.add(new Fault(field, echoed));
        }

        /** What {@code reading} gives; null, and a fault, where it refuses. */
        <T extends @Nullable Object> @Nullable T read(String field, Supplier<T> reading) {
            try {
                return reading.get();
            } catch (IllegalArgumentException e) {
                add(field, String.valueOf(e.getMessage()));
                return null;
            }
        }

        boolean none() {
            return faults.isEmpty();
        }

        WrongFields toException() {
            return new WrongFields(faults);
        }
    }
}
