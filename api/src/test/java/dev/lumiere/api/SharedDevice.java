package dev.lumiere.api;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One log of two nodes in this process, for tests: the first owns all of it, the second passes
 * appends on. Writes can be held back.
 */
final class SharedDevice extends DelegatingLogDevice {
    private final RocksLogDevice kept;
    private final @Nullable SharedDevice owner;
    private final String ownersAddress;
    private volatile @Nullable Candidate follower;
    private volatile CountDownLatch open = new CountDownLatch(0);

    private SharedDevice(RocksLogDevice kept, @Nullable SharedDevice owner, String ownersAddress) {
        super(kept);
        this.kept = kept;
        this.owner = owner;
        this.ownersAddress = ownersAddress;
    }

    static SharedDevice owning(RocksLogDevice kept) {
        return new SharedDevice(kept, null, "");
    }

    /** What the other node sees. */
    SharedDevice seenFromElsewhere(String address) {
        return new SharedDevice(kept, this, address);
    }

    /** From now on writes wait for the latch. */
    CountDownLatch hold() {
        open = new CountDownLatch(1);
        return open;
    }

    @Override
    public void seek(Candidate candidate) throws IOException {
        if (owner != null) {
            owner.follower = candidate;
            for (var partition = 0; partition < partitions(); partition++) {
                candidate.moved(partition, last(partition));
            }
            return;
        }
        super.seek(
                new Candidate() {
                    @Override
                    public String address() {
                        return candidate.address();
                    }

                    @Override
                    public void granted(Claim claim) throws IOException {
                        candidate.granted(told(claim));
                    }

                    @Override
                    public void lost(Claim claim, String reason) {
                        candidate.lost(claim, reason);
                    }

                    @Override
                    public void moved(int partition, long last) {
                        candidate.moved(partition, last);
                    }
                });
    }

    private Claim told(Claim claim) {
        return new Claim() {
            @Override
            public List<Integer> partitions() {
                return claim.partitions();
            }

            @Override
            public void write(List<Event> batch) throws IOException {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                claim.write(batch);
                var telling = follower;
                if (telling != null) {
                    batch.forEach(event -> telling.moved(event.partition(), event.position()));
                }
            }

            @Override
            public void release() {
                claim.release();
            }
        };
    }

    @Override
    public @Nullable String owner(int partition) {
        return owner == null ? null : ownersAddress;
    }

    @Override
    public boolean catchUp(Duration atMost) {
        return true;
    }

    @Override
    public void close() throws IOException {
        if (owner == null) {
            super.close();
        }
    }
}
