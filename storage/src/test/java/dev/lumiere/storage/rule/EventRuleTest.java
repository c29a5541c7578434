package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRuleTest {
    private static EventRule rule(String name, String prefix, String suffix, String... events) {
        return new EventRule(
                name, prefix, suffix, List.of(events), List.of("http://h/"), "ak", "", "0");
    }

    @Test
    void theFirstThatFitsInAllThreeCounts() {
        var pictures = rule("pictures", "img/", ".jpg", "put", "delete");
        var all = rule("all", "", "", "put");
        var rules = List.of(pictures, all);

        assertThat(EventRule.of(ChangeKind.PUT, "img/a.jpg", rules)).isEqualTo(pictures);
        assertThat(EventRule.of(ChangeKind.DELETE, "img/a.jpg", rules)).isEqualTo(pictures);
        assertThat(EventRule.of(ChangeKind.PUT, "img/a.png", rules)).isEqualTo(all);
        assertThat(EventRule.of(ChangeKind.DELETE, "a.jpg", rules)).isNull();
    }

    @Test
    void allEventsOfTheSdksCanBeNamed() {
        var rule =
                rule(
                        "all",
                        "",
                        "",
                        "put",
                        "mkfile",
                        "delete",
                        "copy",
                        "move",
                        "append",
                        "disable",
                        "enable",
                        "deleteMarkerCreate",
                        "restore:completed");

        assertThat(rule.checked()).isEqualTo(rule);
    }

    @Test
    void whatCannotBeMeantIsNamed() {
        assertWrong("name of a rule", rule("a b", "", "", "put"));
        assertWrong("prefix or suffix", rule("a", "p".repeat(1000), "", "put"));
        assertWrong("no event", rule("a", "", ""));
        assertWrong("one twice", rule("a", "", "", "put", "put"));
        assertWrong("no such event: get", rule("a", "", "", "get"));
        assertWrong("callbackURL", withUrls(List.of()));
        assertWrong("callbackURL", withUrls(Collections.nCopies(9, "http://h/")));
        assertWrong("over 1024", withUrls(List.of("http://h/" + "a".repeat(1024))));
        assertWrong("http", withUrls(List.of("file:///etc/passwd")));
        var odd =
                new EventRule("a", "", "", List.of("put"), List.of("http://h/"), "ak", "a b", "0");
        assertWrong("no host", odd);
    }

    private static EventRule withUrls(List<String> urls) {
        return new EventRule("a", "", "", List.of("put"), urls, "ak", "", "0");
    }

    private static void assertWrong(String why, EventRule rule) {
        assertThatThrownBy(rule::checked)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
