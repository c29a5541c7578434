package dev.lumiere.platform.storage;

import picocli.CommandLine.Command;

/** {@code lumiere cp}: copies an object. */
@Command(name = "cp", description = "Copy an object, also into another bucket; no byte is copied.")
public final class CpCommand extends RelocatingVerb {
    CpCommand() {
        super("copy");
    }
}
