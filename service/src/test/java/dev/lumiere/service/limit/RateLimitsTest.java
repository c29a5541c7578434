package dev.lumiere.service.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lumiere.service.Settings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bursts are of ten requests here, one a second. */
class RateLimitsTest {
    private static final List<String> NOBODY = List.of();
    private static final String PROXY = "10.1.2.3";

    private long now = -7;

    private static LimitsConfig config(Map<String, String> settings) {
        var all = new Settings(settings, Map.of(), Map.of());
        var config = LimitsConfig.from(all, "api");
        all.check();
        return config;
    }

    private RateLimits limits(String... settings) {
        return new RateLimits(
                config(
                        settings.length == 0
                                ? Map.of("api.requestsPerAddress", "1", "api.requestsPerKey", "1")
                                : Map.of("api.requestsPerAddress", "1", settings[0], settings[1])),
                () -> now);
    }

    /** Uses up what an address has, as seen from a proxy that names it or from itself. */
    private static void exhaust(RateLimits limits, String peer, List<String> forwarded) {
        for (var i = 0; i < 10; i++) {
            assertThat(limits.byAddress(InetAddress.ofLiteral(peer), forwarded)).isNull();
        }
        assertThat(limits.byAddress(InetAddress.ofLiteral(peer), forwarded)).isNotNull();
    }

    private static boolean mayPass(RateLimits limits, String peer, String... forwarded) {
        return limits.byAddress(InetAddress.ofLiteral(peer), List.of(forwarded)) == null;
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeAgain() {
        var limits = limits();
        exhaust(limits, "192.0.2.1", NOBODY);

        assertThat(limits.byAddress(InetAddress.ofLiteral("192.0.2.1"), NOBODY))
                .isEqualTo(Duration.ofSeconds(1));
        now += 1_000_000_000;
        assertThat(mayPass(limits, "192.0.2.1")).isTrue();
        assertThat(mayPass(limits, "192.0.2.1")).isFalse();
    }

    @Test
    void addressesAndKeysAreToldApart() {
        var limits = limits();
        exhaust(limits, "192.0.2.1", NOBODY);
        for (var i = 0; i < 10; i++) {
            assertThat(limits.byKey("a")).isNull();
        }

        assertThat(limits.byKey("a")).isNotNull();
        assertThat(limits.byKey("b")).isNull();
        assertThat(mayPass(limits, "192.0.2.2")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "0.0.0.1, ::1, false"
    })
    void whoHasOneIpv6AddressHasAllThatBeginAlike(String one, String other, boolean isSame) {
        var limits = limits();
        exhaust(limits, one, NOBODY);

        assertThat(mayPass(limits, other)).isEqualTo(!isSame);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, '192.0.2.1'",
        "'10.0.0.0/12, 2001:db8::/33', 10.15.255.255, '198.51.100.1, 192.0.2.1'",
        "'10.0.0.0/12, 2001:db8::/33', 2001:db8:7fff::1, '192.0.2.1, 10.2.3.4'",
        "10.1.2.3, 10.1.2.3, '192.0.2.1:4711'",
        "10.1.2.3, 10.1.2.3, '[::ffff:192.0.2.1]:4711'",
        "10.1.2.3, 10.1.2.3, ', ,unknown,_hidden, 192.0.2.1'"
    })
    void aProxyThatIsTrustedNamesTheCaller(String trusted, String proxy, String forwarded) {
        var limits = limits("api.trustedProxies", trusted);
        exhaust(limits, proxy, List.of(forwarded));

        assertThat(mayPass(limits, "192.0.2.1")).isFalse();
        assertThat(mayPass(limits, proxy, "192.0.2.99")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.1, 192.0.2.1", // is no proxy
        "10.0.0.0/12, 10.16.0.1, 192.0.2.1",
        "2001:db8::/33, 2001:db8:8000::1, 192.0.2.1",
        "10.1.2.3, 10.1.2.3, '192.0.2.1, example.org'", // nobody looks up names
        "10.1.2.3, 10.1.2.3, '192.0.2.1, 999.1.1.1'",
        "10.1.2.3, 10.1.2.3, ''",
        "10.1.2.3, 10.1.2.3, '192.0.2.1, fe80::1%lo, x'"
    })
    void whoeverIsNamedOtherwiseCountsForNothing(String trusted, String peer, String forwarded) {
        var limits = limits("api.trustedProxies", trusted);
        exhaust(limits, peer, List.of(forwarded));

        assertThat(mayPass(limits, "192.0.2.1")).isTrue();
        assertThat(mayPass(limits, peer)).isFalse();
    }

    @Test
    void whatACallerSaysBeforeTheProxyChangesNothing() {
        var limits = limits("api.trustedProxies", PROXY);
        for (var i = 0; i < 10; i++) {
            assertThat(mayPass(limits, PROXY, "203.0.113." + i, "192.0.2.1")).isTrue();
        }

        assertThat(mayPass(limits, PROXY, "203.0.113.99", "192.0.2.1")).isFalse();
    }

    @Test
    void manyCallersTakeBoundedMemory() {
        var buckets = new TokenBuckets<Integer>(Rate.of(1), () -> now);
        for (var i = 0; i < 200_000; i++) {
            assertThat(buckets.take(i)).isZero();
        }
        assertThat(buckets.size()).isBetween(60_000L, 65_536L);

        now += Duration.ofSeconds(11).toNanos();
        for (var i = 0; i < 100; i++) { // some are forgotten each time
            var _ = buckets.size();
        }
        assertThat(buckets.size()).isZero();
    }

    @Test
    void nobodyIsLimitedUnlessItIsSaid() {
        var limits = new RateLimits(config(Map.of()), () -> now);
        assertThat(limits.countsAddresses()).isFalse();
        for (var i = 0; i < 100_000; i++) {
            assertThat(limits.byKey("a")).isNull();
            assertThat(mayPass(limits, "192.0.2.1")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "api.requestsPerAddress, -1",
        "api.requestsPerKey, 1000001",
        "api.connections, 0",
        "api.trustedProxies, example.org",
        "api.trustedProxies, 10.0.0.0/33",
        "api.trustedProxies, '::1, 10.0.0.0/x'",
        "api.requestTime, soon"
    })
    void aSettingThatCannotBeIsNamed(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Map.of(name, value)))
                .withMessageContaining(name);
    }
}
