package dev.lumiere.fop.source;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.file.OpenFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;

/**
 * The capabilities of one request. Closing takes them back and deletes the outputs that nobody
 * moved away. To be used by one thread.
 */
public final class SourceGrants implements AutoCloseable {
    private final Vertx vertx;
    private final ConcurrentMap<String, SourceGrant> open;
    private final Path scratch;
    private final RandomGenerator random;
    private final Instant deadline;
    private final List<Capability> mine = new ArrayList<>();

    SourceGrants(
            Vertx vertx,
            ConcurrentMap<String, SourceGrant> open,
            Path scratch,
            RandomGenerator random,
            Instant deadline) {
        this.vertx = vertx;
        this.open = open;
        this.scratch = scratch;
        this.random = random;
        this.deadline = deadline;
    }

    /**
     * Lets a file be read, whole or in ranges, as often as wanted; it is closed with the grants.
     */
    public Capability input(OpenFile file, String contentType) {
        return open(new SourceGrant.Input(deadline, contentType, file.size(), file, null));
    }

    /** Lets bytes be read. */
    public Capability input(Buffer bytes, String contentType) {
        return open(new SourceGrant.Input(deadline, contentType, bytes.length(), null, bytes));
    }

    /** Lets an output be written, of at most {@code maxBytes}. */
    public SourceOutput output(long maxBytes) {
        var capability = Capability.drawn(random);
        var output = new SourceOutput(capability, scratch.resolve(capability.token()));
        mine.add(capability);
        open.put(capability.token(), new SourceGrant.Output(deadline, vertx, output, maxBytes));
        return output;
    }

    /**
     * Lets an output be written into memory.
     *
     * @throws IOException if there is none
     */
    public SourceMemory memory() throws IOException {
        var file = OpenFile.inMemory();
        return new SourceMemory(open(new SourceGrant.Memory(deadline, file)), file);
    }

    @Override
    public void close() {
        for (var capability : mine) {
            switch (open.remove(capability.token())) {
                case SourceGrant.Output grant -> grant.output().discard();
                case SourceGrant.Memory(_, var file) -> file.close();
                case SourceGrant.Input(_, _, _, var file, _) when file != null -> file.close();
                case null, default -> {}
            }
        }
    }

    private Capability open(SourceGrant grant) {
        var capability = Capability.drawn(random);
        mine.add(capability);
        open.put(capability.token(), grant);
        return capability;
    }
}
