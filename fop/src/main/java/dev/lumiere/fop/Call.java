package dev.lumiere.fop;

import dev.lumiere.service.registry.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stages that go to one service in one request.
 *
 * @param to the instances asked
 * @param stages exactly one unless the service takes them encoded
 */
public record Call(Offer offer, Query to, List<Stage> stages) {
    public Call {
        stages = List.copyOf(stages);
        if (stages.size() != 1 && !offer.encoded()) {
            throw new IllegalArgumentException(offer.maker() + " takes one stage per call");
        }
    }

    /** The operations' names, which say what is refused when it does harm: {@code a|b}. */
    public String operations() {
        return stages.stream().map(Stage::operation).distinct().collect(Collectors.joining("|"));
    }

    /**
     * What its stages refer to as further inputs, by name: of each parameter that the offer says is
     * such, the argument that follows.
     *
     * @throws dev.lumiere.service.Problem.Refused naming a parameter with a malformed reference
     */
    public Map<String, InputReference> inputs() {
        if (offer.inputs().isEmpty()) {
            return Map.of();
        }
        var inputs = new LinkedHashMap<String, InputReference>();
        for (var stage : stages) {
            var parameters = offer.inputs().getOrDefault(stage.operation(), Set.of());
            var arguments = stage.arguments();
            for (var i = 0; i + 1 < arguments.size(); i++) {
                var parameter = arguments.get(i);
                if (parameters.contains(parameter)) {
                    var value = arguments.get(++i);
                    inputs.put(
                            InputReference.name(value),
                            InputReference.read(new Parameter(parameter, value)));
                }
            }
        }
        return inputs;
    }

    /** What the parameter {@code cmd} says, before it is encoded for the URL. */
    public String command() {
        return offer.encoded() ? new Pipeline(stages).canonical() : stages.getFirst().decoded();
    }
}
