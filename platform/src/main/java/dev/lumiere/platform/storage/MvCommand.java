package dev.lumiere.platform.storage;

import picocli.CommandLine.Command;

/** {@code lumiere mv}: moves an object. */
@Command(name = "mv", description = "Move an object, also into another bucket; no byte is moved.")
public final class MvCommand extends RelocatingVerb {
    MvCommand() {
        super("move");
    }
}
