package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of an append that is tried again with another claim. */
@Timeout(60)
class EventLogRetryTest {
    private final Flaky device;

    /** Its first claim writes, and says that it does not know; its second one comes at once. */
    private static final class Flaky extends DelegatingLogDevice {
        private final SimulatedLogDevice inner;
        private volatile boolean isLegible = true;
        private volatile boolean staysLegible = true;
        private volatile boolean losesTheWrite;

        Flaky(SimulatedLogDevice inner) {
            super(inner);
            this.inner = inner;
        }

        @Override
        public void seek(Candidate seeking) throws IOException {
            seeking.granted(new Once(seeking));
        }

        @Override
        public Event.@Nullable Place find(UUID id) throws IOException {
            if (!isLegible) {
                throw new IOException("illegible");
            }
            return inner.find(id);
        }

        @Override
        public Event.@Nullable Place recall(UUID id) throws IOException {
            return find(id);
        }

        private final class Once implements Claim {
            private final Candidate owner;

            Once(Candidate owner) {
                this.owner = owner;
            }

            @Override
            public List<Integer> partitions() {
                return List.of(0);
            }

            @Override
            public void write(List<Event> batch) throws IOException {
                if (!losesTheWrite) {
                    inner.claim().write(batch);
                }
                isLegible = staysLegible;
                throw new IOException("no answer");
            }

            @Override
            public void release() {
                owner.lost(this, "no answer");
                Thread.startVirtualThread(this::grantAnother);
            }

            private void grantAnother() {
                try {
                    owner.granted(inner.claim());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    EventLogRetryTest() throws IOException {
        device = new Flaky(new SimulatedLogDevice(new SimulatedDisk(), 1));
    }

    private AppendOutcome appended() throws Exception {
        try (var log =
                EventLog.open(
                        device,
                        "here",
                        (_, _, _) -> {
                            throw new NotOwnerException("nobody else is there");
                        })) {
            return log.append(Append.to(stream("a"), Expected.none(), List.of(event(1))), LONG);
        }
    }

    @Test
    void whatWasWrittenAfterAllIsToldByItsId() throws Exception {
        assertThat(appended())
                .isEqualTo(new AppendOutcome.Appended(List.of(new Event.Place(0, 1)), true));
    }

    @Test
    void whatWasNotWrittenIsWrittenTheSecondTime() throws Exception {
        device.losesTheWrite = true;
        assertThat(appended())
                .isEqualTo(new AppendOutcome.Appended(List.of(new Event.Place(0, 1)), false));
    }

    /** "Refused" would say that nothing was appended. */
    @Test
    void whoMayHaveAppendedIsNotRefused() throws Exception {
        device.staysLegible = false;
        assertThat(appended()).isInstanceOf(AppendOutcome.Unknown.class);
        assertThat(device.inner.last(0)).isEqualTo(1);
    }
}
