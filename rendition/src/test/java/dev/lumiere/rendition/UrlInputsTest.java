package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.fetch.Fetched;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UrlInputsTest {
    private static final String URL = "http://a.example/mark.png";

    private volatile Instant now = Instant.EPOCH;
    private volatile Fetched there = body("one");
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final UrlInputs urls = new UrlInputs(this::fetch, () -> now);

    @Test
    void whatWasFetchedIsAtHandForAMinute() throws Exception {
        go.countDown();
        assertThat(urls.atHand(URL)).isNull();
        var first = urls.find(URL, later());
        there = body("two");

        now = now.plusSeconds(59);
        assertThat(urls.atHand(URL)).isEqualTo(first);
        assertThat(urls.find(URL, later())).isEqualTo(first);
        assertThat(fetches).hasValue(1);

        now = now.plusSeconds(1);
        assertThat(urls.atHand(URL)).isNull();
        var second = urls.find(URL, later());
        assertThat(second.body()).isEqualTo(there);
        assertThat(second.identity()).isNotEqualTo(first.identity());
    }

    @Test
    void theIdentityIsThatOfTheBytesAndTheirType() throws Exception {
        go.countDown();
        var one = urls.find(URL, later()).identity();
        var same = urls.find("http://b.example/", later()).identity();
        there = new Fetched.Body(Buffer.buffer("one"), "image/gif");
        var other = urls.find("http://c.example/", later()).identity();

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void allWhoAskForTheSameWaitForOneFetch() throws Exception {
        var all = new ArrayList<FutureTask<Input.FromUrl>>();
        for (var i = 0; i < 20; i++) {
            all.add(new FutureTask<>(() -> urls.find(URL, later())));
        }
        all.forEach(task -> Thread.ofVirtual().start(task));
        Samples.soon(() -> fetches.get() == 1);
        go.countDown();

        for (var one : all) {
            assertThat(one.get().body()).isEqualTo(there);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aFailureCountsForSomeSeconds() {
        go.countDown();
        there = new Fetched.Failed("status 404");
        for (var i = 0; i < 2; i++) {
            assertThatThrownBy(() -> urls.find(URL, later()))
                    .hasMessage("400 input cannot be fetched: " + URL + ": status 404");
            assertThatThrownBy(() -> urls.atHand(URL)).hasMessageStartingWith("400 ");
        }
        assertThat(fetches).hasValue(1);

        now = now.plusSeconds(5);
        assertThat(urls.atHand(URL)).isNull();
    }

    @Test
    void anAddressThatIsNotAllowedIsSaid() {
        go.countDown();
        there = new Fetched.NotAllowed("10.0.0.1");

        assertThatThrownBy(() -> urls.find(URL, later()))
                .hasMessage("400 address not allowed: 10.0.0.1");
    }

    @Test
    void whatItGaveLastIsUsedForAWhileIfItGivesNothingAnyMore() throws Exception {
        go.countDown();
        var last = urls.find(URL, later());
        there = new Fetched.Failed("cannot connect");
        now = now.plusSeconds(60);

        assertThat(urls.find(URL, later())).isEqualTo(last);
        assertThat(urls.atHand(URL)).isEqualTo(last);
        assertThat(fetches).hasValue(2);

        now = now.plusSeconds(5);
        assertThat(urls.atHand(URL)).isNull();
        there = new Fetched.NotAllowed("10.0.0.1");
        assertThatThrownBy(() -> urls.find(URL, later())).hasMessageContaining("not allowed");
    }

    @Test
    void afterTenMinutesItIsTooOld() throws Exception {
        go.countDown();
        var _ = urls.find(URL, later());
        there = new Fetched.Failed("cannot connect");
        now = now.plus(Duration.ofMinutes(10)).minusSeconds(1);
        var _ = urls.find(URL, later());
        now = now.plusSeconds(5);

        assertThatThrownBy(() -> urls.find(URL, later())).hasMessageContaining("cannot connect");
    }

    @Test
    void whereTooManyAreFetchedThatIsNotKept() throws Exception {
        go.countDown();
        there = new Fetched.Busy();
        assertThatThrownBy(() -> urls.find(URL, later())).hasMessageStartingWith("503 ");
        there = body("one");

        assertThat(urls.find(URL, later()).body()).isEqualTo(there);
    }

    @Test
    void whoHasNoTimeLeftSpoilsNothingForOthers() throws Exception {
        assertThatThrownBy(() -> urls.find(URL, now)).hasMessage("504 deadline passed");
        go.countDown();

        assertThat(urls.find(URL, later()).body()).isEqualTo(there);
    }

    private Fetched fetch(String url) throws InterruptedException {
        fetches.incrementAndGet();
        go.await();
        return there;
    }

    private Instant later() {
        return now.plusSeconds(30);
    }

    private static Fetched body(String text) {
        return new Fetched.Body(Buffer.buffer(text), "image/png");
    }
}
