package dev.lumiere.service.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the registry's records take and refuse, and how they are written. */
class RecordsTest {

    @Test
    void versionsAreOrderedAsSemanticVersionsAre() {
        var ordered =
                Stream.of(
                                "1.0.0-alpha",
                                "1.0.0-alpha.1",
                                "1.0.0-alpha.beta",
                                "1.0.0-beta",
                                "1.0.0-beta.2",
                                "1.0.0-beta.11",
                                "1.0.0-rc.1",
                                "1.0.0",
                                "1.0.1",
                                "1.2.0",
                                "1.10.0",
                                "2.0.0")
                        .map(Version::parse)
                        .toList();
        assertThat(ordered.reversed().stream().sorted()).isEqualTo(ordered);
        assertThat(ordered).extracting(Version::toString).contains("1.0.0-beta.11", "1.10.0");
        assertThat(Version.parse("1.2+build.7")).isEqualTo(Version.parse("1.2.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.", "a", "1.2.3.4", "-1", "1.0.0-", "1.0.0-a..b", "1234567890"})
    void whatIsNoVersionIsRefusedByName(String text) {
        assertThatThrownBy(() -> Version.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3             | 1.2.3      | true",
                "= v1.2.3          | 1.2.3      | true",
                "1.2.3             | 1.2.4      | false",
                "!= 1.2.3          | 1.2.4      | true",
                "~> 1.2            | 1.9.9      | true",
                "~> 1.2            | 2.0.0      | false",
                "~> 1.2            | 1.1.9      | false",
                "~> 1.2.3          | 1.2.9      | true",
                "~> 1.2.3          | 1.3.0      | false",
                "~> 1              | 7.0.0      | true",
                "> 1.2, < 1.4      | 1.3.0      | true",
                "> 1.2, < 1.4      | 1.4.0      | false",
                "<= 1.4            | 1.4.0      | true",
                ">= 1.0            | 2.0.0-rc.1 | false",
                ">= 2.0.0-beta     | 2.0.0-rc.1 | true",
                ">= 2.0.0-beta     | 2.0.1-rc.1 | false",
                ">= 2.0.0-beta     | 2.0.0      | true",
            })
    void aConstraintHolds(String constraint, String version, boolean holds) {
        assertThat(VersionConstraint.parse(constraint).test(Version.parse(version)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "~ 1.2", ">> 1", "1.2 1.3", "latest", ">= 1,"})
    void whatIsNoConstraintIsRefused(String text) {
        assertThatThrownBy(() -> VersionConstraint.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void constraintsAndQueriesOfTheSameMeaningAreEqual() {
        var constraint = VersionConstraint.parse("~> 1.2, != 1.3.0");
        assertThat(constraint)
                .isEqualTo(VersionConstraint.parse(" ~>1.2,!=1.3.0 "))
                .hasSameHashCodeAs(VersionConstraint.parse(" ~>1.2,!=1.3.0 "))
                .isNotEqualTo(VersionConstraint.parse("~> 1.2.0, != 1.3.0"));
        assertThat(Query.named("a").withVersion(constraint))
                .isEqualTo(Query.named("a").withVersion(VersionConstraint.parse("~>1.2, !=1.3.0")));
    }

    @Test
    void aLongVersionOrConstraintIsRefusedUnread() {
        var spaces = " ".repeat(100_000);
        assertThatThrownBy(() -> VersionConstraint.parse(spaces))
                .hasMessageContaining("at most 255");
        assertThatThrownBy(() -> Version.parse("1.0.0-" + "a.".repeat(100_000)))
                .hasMessageContaining("at most 255");
    }

    @Test
    void anIdentityIsReadAsItIsWritten() {
        var path = "demo/production/image/1.2.0-rc.1/eu/host-1/5f0c9a1e";
        assertThat(Identity.parse(path)).hasToString(path);
        assertThatThrownBy(() -> Identity.parse("demo/image")).hasMessageContaining("demo/image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "a\nb", "a\u0000", "\ud83c"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> new Identity("u", "e", name, Version.parse("1"), "r", "h", "i"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:7070",
                "tcp://[::1]:80",
                "tcp://host.example:65535",
                "unix:/run/lumiere/w.sock"
            })
    void anAddressIsReadAsItIsWritten(String text) {
        assertThat(Address.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host:80",
                "tcp://host",
                "tcp://host:0",
                "tcp://host:65536",
                "tcp://:80",
                "tcp://a b:80",
                "tcp://user@host:80",
                "tcp://host/path:80",
                "unix:relative.sock",
                "unix:",
                "unix:/a\u0000b"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSocketPathHasAtMost107Bytes() {
        assertThat(Address.parse("unix:/" + "a".repeat(106))).isNotNull();
        assertThatThrownBy(() -> Address.parse("unix:/" + "ü".repeat(54)))
                .hasMessageContaining("107");
    }

    @Test
    void addressesAndMetadataAreBounded() {
        var instance = Instances.instance("image", "1", "a");
        var most = Map.of("k", "ü".repeat(Instance.MAX_METADATA_BYTES / 2 - 1) + "x");
        assertThat(Instances.with(most, instance).metadata()).isEqualTo(most);
        assertThatThrownBy(() ->
                        Instances.with(
                                Map.of("k", "x".repeat(Instance.MAX_METADATA_BYTES)), instance))
                .hasMessageContaining("16385 bytes");
        assertThatThrownBy(() -> Instances.with(Map.of("k", "\udc00"), instance))
                .hasMessageContaining("Unicode");
        assertThatThrownBy(() -> new Instance(instance.identity(), "a", List.of(), Map.of()))
                .hasMessageContaining("addresses");
    }

    @Test
    void anInstanceIsReadFromJsonAsItWasWritten() {
        var instance = Instances.instance("image", "1.2.0-rc.1", "a");
        var json = InstanceJson.write(instance).put("ofALaterTime", 1);
        assertThat(InstanceJson.read(new JsonObject(json.encode()))).isEqualTo(instance);
        json.remove("metadata");
        assertThat(InstanceJson.read(json).metadata()).isEmpty();
    }

    @Test
    void everyWrongFieldIsNamed() {
        var json =
                InstanceJson.write(Instances.instance("image", "1", "a"))
                        .put("version", "one")
                        .put("zone", 7)
                        .put("hostname", "a/b")
                        .put("addresses", new JsonArray().add("tcp://h:1").add(2).add("tcp://h:0"))
                        .put("metadata", new JsonObject().put("ops", new JsonArray()));
        json.remove("region");

        assertThatThrownBy(() -> InstanceJson.read(json))
                .isInstanceOfSatisfying(
                        WrongFields.class,
                        wrong ->
                                assertThat(wrong.faults())
                                        .extracting(WrongFields.Fault::field)
                                        .containsExactlyInAnyOrder(
                                                "version",
                                                "zone",
                                                "hostname",
                                                "region",
                                                "addresses[1]",
                                                "addresses[2]",
                                                "metadata.ops"));
    }
}
