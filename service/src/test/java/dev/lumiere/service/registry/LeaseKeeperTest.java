package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.in;
import static dev.lumiere.service.registry.Instances.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Instance A = instance("image", "1.0.0", "a");

    private volatile Instant now = Instant.EPOCH;
    private volatile MemoryRegistry memory = new MemoryRegistry(() -> now, Limits.DEFAULT);
    private final LeaseKeeper keeper = new LeaseKeeper(memory, () -> now, new Random(1));

    @Test
    void anInstanceIsListedForAsLongAsItIsKept() {
        var listing = keeper.keep(A, TTL);
        assertThat(memory.find(Query.everything())).containsExactly(A);

        for (var i = 0; i < 10; i++) {
            passAThirdAndRenew(listing);
        }

        listing.close();
        assertThat(memory.find(Query.everything())).isEmpty();
    }

    @Test
    void aLeaseThatWasLostIsTakenAnew() {
        keeper.keep(A, TTL);
        now = now.plus(TTL);
        assertThat(memory.find(Query.everything())).isEmpty();

        keeper.renewDue();
        await().untilAsserted(() -> assertThat(memory.find(Query.everything())).containsExactly(A));
    }

    @Test
    void whatIsKeptIsReleasedOnClose() {
        keeper.keep(A, TTL);
        keeper.keep(instance("image", "1.0.0", "b"), TTL);
        keeper.close();
        assertThat(memory.find(Query.everything())).isEmpty();

        keeper.renewDue();
        assertThat(memory.find(Query.everything())).isEmpty();
    }

    @Test
    void otherFactsReplaceUnderTheSameIdOnly() {
        var listing = keeper.keep(A, TTL);
        listing.replaceWith(in("b", A));
        assertThat(memory.find(Query.everything())).containsExactly(in("b", A));
        passAThirdAndRenew(listing);

        assertThatThrownBy(() -> listing.replaceWith(instance("image", "1.0.0", "other")))
                .isInstanceOf(IllegalArgumentException.class);
        listing.close();
        listing.replaceWith(A);
        assertThat(memory.find(Query.everything())).isEmpty();
    }

    /**
     * A free port below those that connections go out from: one of them would be taken meanwhile,
     * by a try to reach it too.
     */
    private static int quietPort() throws IOException {
        for (var port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException _) {
                // somebody listens there
            }
        }
    }

    @Test
    void aRegistryThatIsAwayAtFirstIsToldWhenItComesAndAgainAfterARestart() throws IOException {
        var vertx = Vertx.vertx();
        var port = quietPort();
        var http = new HttpRegistry(vertx, URI.create("http://127.0.0.1:" + port), new Random(1));
        var remote = new LeaseKeeper(http, () -> now, new Random(1));

        remote.keep(A, TTL);
        var server = listen(vertx, port);
        awaitListed(remote);

        server.close().await();
        memory.close();
        memory = new MemoryRegistry(() -> now, Limits.DEFAULT);
        server = listen(vertx, port);
        awaitListed(remote);

        remote.close();
        assertThat(memory.find(Query.everything())).isEmpty();
        http.close();
        server.close().await();
        vertx.close().await();
    }

    @Test
    void oneThatIsStartedRenewsByItself() throws InterruptedException {
        try (var registry = MemoryRegistry.start(InstantSource.system());
                var started = LeaseKeeper.start(registry, InstantSource.system(), new Random(1))) {
            var told = new Told();
            try (var _ = registry.watch(Query.everything(), told)) {
                told.thenMembers();
                var lease = started.keep(A, Registry.MIN_TTL);
                told.thenUp(A);
                var first = lease.expires();
                await().until(() -> lease.expires().isAfter(first.plus(Registry.MIN_TTL)));
                lease.close();
                told.thenDown(A, Change.Cause.RELEASED);
            }
        }
    }

    private void passAThirdAndRenew(LeaseKeeper.Listing listing) {
        var before = listing.expires();
        now = now.plus(TTL.dividedBy(3));
        keeper.renewDue();
        await().until(() -> listing.expires().isAfter(before));
    }

    private void awaitListed(LeaseKeeper remote) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    now = now.plusSeconds(1);
                    remote.renewDue();
                    assertThat(memory.find(Query.everything())).containsExactly(A);
                });
    }

    private HttpServer listen(Vertx vertx, int port) {
        var handler = new RegistryHandler(vertx, memory, "host-1", () -> now, new SecureRandom());
        return vertx.createHttpServer()
                .requestHandler(handler::handle)
                .listen(port, "127.0.0.1")
                .await();
    }
}
