package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether an id is found that was appended after somebody had looked for it. */
class RecentTest {
    private final Forgetful device = new Forgetful(new SimulatedLogDevice(new SimulatedDisk(), 1));
    private final Claim claim;
    private final Recent recent;
    private int next = 100;

    /** A device that knows ids for certain alone, if it is told to. */
    private static final class Forgetful extends DelegatingLogDevice {
        private final SimulatedLogDevice inner;
        private boolean isForgetful;

        Forgetful(SimulatedLogDevice inner) {
            super(inner);
            this.inner = inner;
        }

        @Override
        public Event.@Nullable Place recall(UUID id) throws IOException {
            return isForgetful ? null : inner.recall(id);
        }
    }

    RecentTest() throws IOException {
        claim = device.inner.claim();
        recent = new Recent(device, List.of(0));
    }

    private static Append append(int id) {
        return Append.to(stream("a"), Expected.any(), List.of(event(id)));
    }

    private static UUID id(int id) {
        return event(id).id();
    }

    private void write(List<Append> appends) throws IOException {
        try (var batch = begun(appends)) {
            recent.writing(batch);
            if (!batch.isEmpty()) {
                batch.write();
            }
            recent.written(batch);
        }
    }

    private Batch begun(List<Append> appends) {
        var batch = new Batch(recent, claim.prepare());
        for (var append : appends) {
            batch.add(new Wish(0, append, 1, Wish.NOT_LOOKED, new CompletableFuture<>()));
        }
        return batch;
    }

    private void writeOthers(int batches) throws IOException {
        for (var i = 0; i < batches; i++) {
            write(i % 3 == 1 ? List.of() : List.of(append(next++)));
        }
    }

    /** By the batches that are kept, or where these are not enough by the device. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 20})
    void whatCameSinceTheLookIsFound(int later) throws IOException {
        writeOthers(3);
        var absentAt = recent.lookFor(append(1));
        write(List.of(append(1)));
        writeOthers(later);
        assertThat(absentAt).isEqualTo(3);
        assertThat(recent.find(id(1), absentAt))
                .isEqualTo(recent.findForCertain(id(1)))
                .isNotNull();
        assertThat(recent.find(id(2), absentAt)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void theDeviceIsNotAskedAgainForWhatIsNew(int later) throws IOException {
        var absentAt = recent.lookFor(append(1));
        write(List.of(append(1)));
        writeOthers(later);
        device.isForgetful = true;
        assertThat(recent.find(id(1), absentAt)).isNotNull();
    }

    @Test
    void whatIsBeingWrittenIsFound() throws IOException {
        var absentAt = recent.lookFor(append(1));
        try (var batch = begun(List.of(append(1)))) {
            recent.writing(batch);
            assertThat(recent.find(id(1), absentAt)).isNotNull();
            assertThat(recent.findForCertain(id(1))).isNotNull();
            recent.writing(null); // as after a failure
            assertThat(recent.find(id(1), absentAt)).isNull();
        }
    }

    @Test
    void whatIsThereIsNotNew() throws IOException {
        write(List.of(append(1)));
        assertThat(recent.lookFor(append(1))).isEqualTo(Wish.NOT_LOOKED);
        assertThat(recent.find(id(1), Wish.NOT_LOOKED)).isNotNull();
    }
}
