package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.fop.Capability;
import dev.lumiere.fop.source.SourceGrants;
import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The further inputs of one run. Each is opened when a call first needs it, once for all calls, and
 * closed with the grants.
 */
final class GrantedInputs {
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final Map<String, Source> inputs;
    private final @Nullable SourceGrants grants;
    private final Map<String, Capability> granted = new HashMap<>();

    /** Nothing is opened yet; without grants every input is refused. */
    GrantedInputs(Map<String, Source> inputs, @Nullable SourceGrants grants) {
        this.inputs = inputs;
        this.grants = grants;
    }

    /**
     * What a call is told in {@code Lumiere-Inputs}: {@code name=URL, name=URL}.
     *
     * @param isHanded whether the call's worker is given an open file rather than bytes
     * @return null if the call refers to none
     * @throws Problem.Refused if one is not there any more as it was
     */
    @Nullable String header(Call call, Predicate<Source> isHanded) {
        var names = call.inputs().keySet();
        return names.isEmpty()
                ? null
                : names.stream()
                        .map(name -> name + "=" + capability(name, isHanded).url())
                        .collect(Collectors.joining(", "));
    }

    private Capability capability(String name, Predicate<Source> isHanded) {
        var known = granted.get(name);
        if (known != null) {
            return known;
        }
        var input = inputs.get(name);
        if (input == null) {
            // whoever planned the work did so by another table of operations
            throw Problem.unavailable("operations have just changed", COME_AGAIN).refused();
        }
        var capability = grant(input, isHanded);
        granted.put(name, capability);
        return capability;
    }

    private Capability grant(Source input, Predicate<Source> isHanded) {
        if (grants == null) {
            throw Problem.of(501, "no source socket: further inputs cannot be read").refused();
        }
        return switch (input) {
            case Source.InMemory(_, var type, _, _, var bytes) -> grants.input(bytes, type);
            case Source.OnDisk onDisk -> {
                var sealed = isHanded.test(input);
                var file = onDisk.opener().open();
                if (file == null) {
                    throw Runner.changed(input);
                }
                yield sealed && file.hasDescriptor()
                        ? grants.input(sealed(file, input), input.contentType())
                        : grants.input(file, input.contentType());
            }
        };
    }

    private static OpenFile sealed(OpenFile file, Source input) {
        try (file) {
            return file.sealed();
        } catch (ClosedByInterruptException _) {
            throw new CancellationException("interrupted while reading " + input.key());
        } catch (EOFException _) {
            throw Runner.changed(input);
        } catch (IOException e) {
            throw Problem.of(500, "the input cannot be read: " + input.key()).refused();
        }
    }
}
