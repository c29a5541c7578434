package dev.lumiere.fop;

import java.util.List;

/**
 * One stage of a pipeline: {@code imageView/1/w/200} is the operation {@code imageView} with the
 * arguments {@code 1}, {@code w}, {@code 200}.
 *
 * @param operation its name, not empty
 * @param arguments percent-decoded path segments, without empty ones
 */
public record Stage(String operation, List<String> arguments) {
    public Stage {
        if (operation.isEmpty()) {
            throw new IllegalArgumentException("a stage has no operation");
        }
        arguments = List.copyOf(arguments);
        if (arguments.contains("")) {
            throw new IllegalArgumentException("an argument of " + operation + " is empty");
        }
        PercentEncoding.requireWellFormed(operation);
        arguments.forEach(PercentEncoding::requireWellFormed);
    }

    /**
     * The stage decoded, as custom services get it: {@code name/argument/argument}. An argument
     * with a slash in it cannot be told from two.
     */
    public String decoded() {
        return arguments.isEmpty() ? operation : operation + "/" + String.join("/", arguments);
    }

    int segments() {
        return 1 + arguments.size();
    }
}
