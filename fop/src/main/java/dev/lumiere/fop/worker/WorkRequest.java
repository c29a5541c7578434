package dev.lumiere.fop.worker;

import dev.lumiere.fop.InputReference;
import dev.lumiere.fop.Stage;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Spans;
import dev.lumiere.service.TraceContext;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One piece of work.
 *
 * @param stages what to do, in order, at least one; exactly one unless the worker said that it
 *     takes {@code encoded} pipelines
 * @param source what to do it to
 * @param inputs further inputs by name
 * @param outputs further outputs by name
 * @param requestId what the caller calls the request in its logs
 * @param deadline when the result is of no use any more; the cancellation fires then
 * @param spans the handler's steps, told in the answer
 * @param arena for memory that may live until the result is sent; closed then
 */
public record WorkRequest(
        List<Stage> stages,
        WorkInput source,
        Map<String, WorkInput> inputs,
        Map<String, WorkOutput> outputs,
        TraceContext trace,
        String requestId,
        Instant deadline,
        Cancellation cancellation,
        Spans spans,
        Arena arena) {
    public WorkRequest {
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("no stage");
        }
        stages = List.copyOf(stages);
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }

    /**
     * The input that an argument of a stage refers to; a 400 if the caller gave none.
     *
     * @param argument as it came, whatever the alphabet and padding of its base64
     */
    public WorkInput input(String argument) {
        var input = inputs.get(InputReference.name(argument));
        if (input == null) {
            throw Problem.badRequest("no input " + argument).refused();
        }
        return input;
    }

    /** The output of that name; a 400 if the caller wants none. */
    public WorkOutput output(String name) {
        var output = outputs.get(name);
        if (output == null) {
            throw Problem.badRequest("no output " + name).refused();
        }
        return output;
    }
}
