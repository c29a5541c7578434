package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of a stage, read by the shape its operation has:
 *
 * <pre>{@code
 * static final Parameters.Shape SHAPE = Parameters.Shape.of("mode").names("w", "h", "q");
 *
 * var parameters = Parameters.read(stage, SHAPE);
 * var mode = parameters.require("mode").integer(0, 5);
 * var quality = parameters.find("q").map(q -> q.integer(1, 100)).orElse(75);
 * }</pre>
 *
 * What is wrong is refused with status 400 and {@code bad argument: NAME}: a name the shape does
 * not have, a name without a value, a positional argument that is missing or not what is asked for.
 */
public final class Parameters {
    private final List<Parameter> inOrder;

    private Parameters(List<Parameter> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /**
     * What arguments an operation takes.
     *
     * @param positional names for the arguments that come first, all required
     * @param names parameters that come as name and value, any number of times, in any order
     * @param flags parameters that are a name alone; a {@code 1} after one is tolerated
     */
    public record Shape(List<String> positional, Set<String> names, Set<String> flags) {
        public Shape {
            positional = List.copyOf(positional);
            names = Set.copyOf(names);
            flags = Set.copyOf(flags);
        }

        public static Shape of(String... positional) {
            return new Shape(List.of(positional), Set.of(), Set.of());
        }

        public Shape names(String... names) {
            return new Shape(positional, Set.of(names), flags);
        }

        public Shape flags(String... flags) {
            return new Shape(positional, names, Set.of(flags));
        }
    }

    /**
     * Reads a stage's arguments.
     *
     * @throws Problem.Refused naming the argument that does not fit the shape
     */
    public static Parameters read(Stage stage, Shape shape) {
        var arguments = stage.arguments();
        var read = new ArrayList<Parameter>();
        var next = 0;
        for (var name : shape.positional()) {
            if (next == arguments.size()) {
                throw Parameter.bad(name);
            }
            read.add(new Parameter(name, arguments.get(next++)));
        }
        while (next < arguments.size()) {
            var name = arguments.get(next++);
            var more = next < arguments.size();
            if (shape.flags().contains(name)) {
                read.add(new Parameter(name, ""));
                next += more && arguments.get(next).equals("1") ? 1 : 0;
            } else if (shape.names().contains(name) && more) {
                read.add(new Parameter(name, arguments.get(next++)));
            } else {
                throw Parameter.bad(name);
            }
        }
        return new Parameters(read);
    }

    /** All of them as they came, for operations whose order matters. */
    public List<Parameter> inOrder() {
        return inOrder;
    }

    /** The last of this name, if there is one. */
    public Optional<Parameter> find(String name) {
        return inOrder.reversed().stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** The last of this name, refused if there is none. */
    public Parameter require(String name) {
        return find(name).orElseThrow(() -> Parameter.bad(name));
    }

    public boolean has(String name) {
        return find(name).isPresent();
    }
}
