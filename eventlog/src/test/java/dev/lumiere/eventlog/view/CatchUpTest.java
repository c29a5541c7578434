package dev.lumiere.eventlog.view;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of a node that wait for what another has appended. */
class CatchUpTest {
    private static final int READERS = 100;

    @TempDir private Path home;
    private final AtomicInteger questions = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile CountDownLatch open = new CountDownLatch(0);
    private volatile boolean isAway;
    private EventLog owner;
    private EventLog log;
    private View view;
    private CatchUp catchUp;
    private int events;

    @BeforeEach
    void start() throws Exception {
        owner = EventLog.open(new RocksLogDevice(home.resolve("log"), 3));
        log = EventLog.open(new Watched(new FollowingLogDevice(owner)));
        view = View.open(home.resolve("views"), log, new Seen());
        catchUp = new CatchUp(log, view);
    }

    @AfterEach
    void stop() throws Exception {
        view.close();
        log.close();
        owner.close();
    }

    /** Counts how often it is asked where the log ends, and lets that wait or fail. */
    private final class Watched extends DelegatingLogDevice {
        Watched(LogDevice device) {
            super(device);
        }

        @Override
        public boolean catchUp(Duration atMost) throws IOException, InterruptedException {
            questions.incrementAndGet();
            asked.countDown();
            open.await();
            if (isAway) {
                throw new IOException("away");
            }
            return super.catchUp(atMost);
        }
    }

    private static final class Seen implements Projection {
        @Override
        public String name() {
            return "seen";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) {
            index.put(event.stream().key(), "seen");
        }
    }

    private void append(String key) throws InterruptedException {
        owner.append(Append.to(stream(key), Expected.any(), List.of(event(++events))), LONG);
    }

    @Test
    void whatWasAppendedElsewhereIsRead() throws Exception {
        for (var i = 0; i < 10; i++) {
            append("k" + i);
            assertThat(view.get("k" + i)).isNull();

            assertThat(catchUp.now()).isTrue();
            assertThat(view.get("k" + i)).isNotNull();
        }
    }

    @Test
    void allWhoComeDuringAQuestionShareTheNext() throws Exception {
        open = new CountDownLatch(1);
        var first = reading();
        asked.await();
        append("a");
        var others = new ArrayList<Reader>();
        for (var i = 1; i < READERS; i++) {
            others.add(reading());
        }
        await().until(() -> others.stream().allMatch(Reader::waits));

        open.countDown();

        assertThat(first.answer.get()).isTrue();
        for (var other : others) {
            assertThat(other.answer.get()).isTrue();
        }
        assertThat(questions).hasValue(2);
        assertThat(view.get("a")).isNotNull();
    }

    private record Reader(Thread thread, FutureTask<Boolean> answer) {
        boolean waits() {
            return answer.isDone() || thread.getState() == Thread.State.TIMED_WAITING;
        }
    }

    private Reader reading() {
        var answer = new FutureTask<>(catchUp::now);
        return new Reader(Thread.startVirtualThread(answer), answer);
    }

    @Test
    void nobodyWaitsForALogThatIsAway() throws Exception {
        isAway = true;

        assertThat(catchUp.now()).isFalse();
        for (var i = 0; i < READERS; i++) {
            assertThat(catchUp.now()).isFalse();
        }
        assertThat(questions).hasValueLessThan(READERS / 10);

        isAway = false;
        await().until(catchUp::now);
    }

    @Test
    void whoWaitsTooLongIsToldSo() throws Exception {
        open = new CountDownLatch(1);

        assertThat(catchUp.now()).isFalse();

        open.countDown();
    }

    @Test
    void aLogOfOneProcessIsNotAsked() throws Exception {
        try (var own = View.open(home.resolve("own"), owner, new Seen())) {
            assertThat(owner.isShared()).isFalse();
            assertThat(new CatchUp(owner, own).now()).isFalse();
        }
        assertThat(log.isShared()).isTrue();
    }
}
