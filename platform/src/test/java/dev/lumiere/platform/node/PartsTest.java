package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final Parts parts = new Parts();

    @Test
    void whatWasMadeFirstIsClosedLast() {
        parts.make(() -> List.of(parts.add(part("home")), parts.add(part("server"))));

        parts.close();

        assertThat(closed).containsExactly("server", "home");
    }

    @Test
    void aPartThatDoesNotCloseKeepsNoOtherFromIt() {
        parts.add(part("home"));
        parts.add(() -> {
            throw new IllegalStateException("stuck");
        });

        parts.close();

        assertThat(closed).containsExactly("home");
    }

    @Test
    void whatAFailedMakingAddedIsClosedAtOnce() {
        assertThatThrownBy(() ->
                        parts.make(() -> {
                            parts.add(part("home"));
                            throw new StartFailure("port is taken");
                        }))
                .hasMessage("port is taken");

        assertThat(closed).containsExactly("home");
    }

    @Test
    void aCloseAmidTheMakingEndsItWithThePartUnderWayAndClosesThatToo() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var making =
                    threads.submit(() ->
                            parts.make(() -> {
                                parts.add(part("home"));
                                begun.countDown();
                                awaitUninterrupted(go);
                                parts.add(part("folder"));
                                return parts.add(part("server"));
                            }));
            begun.await();
            var closing = threads.submit(parts::close);
            Awaitility.await().until(parts::isClosing);
            assertThat(closed).isEmpty();

            go.countDown();
            closing.get();

            assertThatThrownBy(making::get).hasCauseInstanceOf(StartFailure.class);
            assertThat(closed).containsExactly("folder", "home");
        }
    }

    @Test
    void afterACloseNothingIsBegun() {
        parts.close();

        assertThatThrownBy(() -> parts.make(() -> parts.add(part("home"))))
                .isInstanceOf(StartFailure.class);
        assertThat(closed).isEmpty();
    }

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
