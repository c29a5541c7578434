package dev.lumiere.fop;

import dev.lumiere.service.registry.Query;
import java.util.List;
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

    /** What the parameter {@code cmd} says, before it is encoded for the URL. */
    public String command() {
        return offer.encoded() ? new Pipeline(stages).canonical() : stages.getFirst().decoded();
    }
}
