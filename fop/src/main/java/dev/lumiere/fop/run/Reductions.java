package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.fop.Capability;
import dev.lumiere.fop.Reduction;
import dev.lumiere.fop.source.SourceGrants;
import dev.lumiere.fop.source.SourceMemory;
import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reduced versions of a source that go along with a call, and come back from it. */
final class Reductions {
    private static final Logger LOG = LoggerFactory.getLogger(Reductions.class);
    private static final String TYPE = "application/x-lumiere-reduction";

    /** Of 150 megapixels in four bands, halved once. */
    private static final long MAX_BYTES = 192L << 20;

    static final Reductions NONE = new Reductions(Map.of(), Map.of(), List.of());

    private final Map<String, Capability> inputs;
    private final Map<Integer, SourceMemory> outputs;
    private final List<String> names;

    private Reductions(
            Map<String, Capability> inputs,
            Map<Integer, SourceMemory> outputs,
            List<String> names) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.names = names;
    }

    /**
     * Grants what the work asks for.
     *
     * @param handed whether whoever gets the call can be handed open files
     * @throws Problem.Refused {@link Reduction#SOURCE} if it cannot be handed what is to replace
     *     the source
     */
    static Reductions of(Work work, Call call, @Nullable SourceGrants grants, boolean handed) {
        return switch (work.reducing()) {
            case Reducing.Not() -> NONE;
            case Reducing.From(var kept) -> {
                if (grants == null || !handed) {
                    kept.values().forEach(OpenFile::close);
                    throw Problem.of(Reduction.SOURCE, "no files can be handed over").refused();
                }
                var inputs = new HashMap<String, Capability>();
                kept.forEach((level, file) ->
                        inputs.put(Reduction.name(level), grants.input(file, TYPE)));
                yield new Reductions(inputs, Map.of(), List.of());
            }
            case Reducing.Making(var all) -> grants == null || !handed ? NONE : making(all, grants);
        };
    }

    private static Reductions making(boolean all, SourceGrants grants) {
        var outputs = new HashMap<Integer, SourceMemory>();
        var names = new ArrayList<String>();
        try {
            for (var level = 1; level <= Reduction.LEVELS; level++) {
                var memory = grants.memory();
                outputs.put(level, memory);
                var name = all ? Reduction.name(level) : Reduction.byProduct(level);
                names.add(name + "=" + memory.capability().url());
            }
        } catch (IOException e) {
            LOG.warn("no reduced version is kept: {}", e.getMessage());
            return NONE;
        }
        return new Reductions(Map.of(), outputs, names);
    }

    /** Whether the source itself is not sent. */
    boolean replaceSource() {
        return !inputs.isEmpty();
    }

    /** Where a worker finds them; null if there are none. */
    @Nullable String inputHeader() {
        return inputs.isEmpty()
                ? null
                : inputs.entrySet().stream()
                        .map(input -> input.getKey() + "=" + input.getValue().url())
                        .collect(Collectors.joining(","));
    }

    /** Where a worker puts them; null if it is to make none. */
    @Nullable String outputHeader() {
        return names.isEmpty() ? null : String.join(",", names);
    }

    /** What the worker made, before the grants are closed. */
    Map<Integer, OpenFile> made() {
        var made = new HashMap<Integer, OpenFile>();
        outputs.forEach((level, memory) -> {
            try {
                var file = memory.written(MAX_BYTES);
                if (file != null) {
                    made.put(level, file);
                }
            } catch (IOException e) {
                LOG.warn("a reduced version is not kept: {}", e.getMessage());
            }
        });
        return made;
    }
}
