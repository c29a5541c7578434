package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told by who may not be the owner any more. */
class SequencerTest {
    private final AtomicBoolean isReleased = new AtomicBoolean();
    private boolean isOwner = true;
    private final SimulatedLogDevice device;
    private final Sequencer sequencer;

    SequencerTest() throws IOException {
        device = new SimulatedLogDevice(new SimulatedDisk(), 1);
        sequencer = sequencer();
    }

    @BeforeEach
    void append() {
        assertThat(told(Expected.none(), List.of(event(1))))
                .isInstanceOf(AppendOutcome.Appended.class);
    }

    private Sequencer sequencer() throws IOException {
        var inner = device.claim();
        var claim =
                new Claim() {
                    @Override
                    public List<Integer> partitions() {
                        return inner.partitions();
                    }

                    @Override
                    public void write(List<Event> batch) throws IOException {
                        inner.write(batch);
                    }

                    @Override
                    public void confirm() throws NotOwnerException {
                        if (!isOwner) {
                            throw new NotOwnerException("another node has it");
                        }
                    }

                    @Override
                    public void release() {
                        isReleased.set(true);
                    }
                };
        return new Sequencer(device, claim, new Tail(1), Runnable::run, () -> {});
    }

    private AppendOutcome told(Expected expected, List<EventData> events) {
        var outcome = sequencer.submit(0, Append.to(stream("a"), expected, events));
        sequencer.decide();
        sequencer.write();
        return outcome.join();
    }

    /** Who was replaced does not know how far the stream is by now. */
    @Test
    void aConflictIsToldOnlyByTheOwner() {
        assertThat(told(Expected.version(7), List.of(event(2))))
                .isEqualTo(new AppendOutcome.Conflict(stream("a"), Expected.version(7), 1));
        isOwner = false;
        assertThat(told(Expected.version(7), List.of(event(2))))
                .isInstanceOf(AppendOutcome.Refused.class);
        assertThat(isReleased).isTrue();
    }

    @Test
    void aConditionHoldsOnlyForTheOwner() {
        assertThat(told(Expected.version(1), List.of()))
                .isEqualTo(new AppendOutcome.Appended(List.of(), false));
        isOwner = false;
        assertThat(told(Expected.version(1), List.of())).isInstanceOf(AppendOutcome.Refused.class);
    }
}
