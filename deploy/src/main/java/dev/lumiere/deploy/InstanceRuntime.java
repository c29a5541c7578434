package dev.lumiere.deploy;

import java.io.IOException;

/** What runs instances: local processes, and later containers. Calls may wait. */
public interface InstanceRuntime extends AutoCloseable {

    /**
     * Starts one instance.
     *
     * @param id unique on this host; lower-case letters, digits and hyphens, at most 64
     * @throws IOException if it cannot be started; nothing is left of it then
     */
    RunningInstance start(String id, Slot slot, ServiceSpec spec) throws IOException;

    /** What keeps the instances apart from the host and from each other. */
    SandboxReport sandbox();

    /** Kills what still runs and removes every trace of it. */
    @Override
    void close();
}
