package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.EventRule;
import dev.lumiere.storage.sign.Act;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calls by which it is said who is told of what becomes of objects.
 *
 * <pre>{@code
 * /events/add?bucket=&name=&prefix=&suffix=&event=put&event=delete&callbackURL=&access_key=&host=
 * /events/update?…   the same; what is not given stays as it is
 * /events/delete?bucket=&name=
 * /events/get?bucket=       [{"name", "prefix", "suffix", "events", "callback_urls", "access_key", "host"}]
 * }</pre>
 *
 * Notices are signed by the key that made or last changed the rule, and {@code access_key} may name
 * no other: who names a URL gets that key's signature for whatever stands there.
 */
final class EventRules {
    private final BucketCatalog buckets;

    EventRules(BucketCatalog buckets) {
        this.buckets = buckets;
    }

    void addTo(SignedCalls calls) {
        calls.on("/events/get", this::get);
        calls.onPost("/events/add", this::add);
        calls.onPost("/events/update", this::update);
        calls.onPost("/events/delete", this::delete);
    }

    private void get(Call call) {
        var bucket = call.buckets().find(call.parameters().required("bucket"));
        call.answer(BucketJson.events(bucket.settings().events()));
    }

    private void add(Call call) {
        var name = call.parameters().required("name");
        change(
                call,
                rules -> {
                    if (rules.stream().anyMatch(rule -> rule.name().equals(name))) {
                        throw Problem.of(614, "rule exists: " + name).refused();
                    }
                    var more = new ArrayList<>(rules);
                    more.add(rule(call, null));
                    return more;
                });
    }

    private void update(Call call) {
        var name = call.parameters().required("name");
        change(
                call,
                rules -> {
                    requireThere(rules, name);
                    return rules.stream()
                            .map(rule -> rule.name().equals(name) ? rule(call, rule) : rule)
                            .toList();
                });
    }

    private void delete(Call call) {
        var name = call.parameters().required("name");
        change(
                call,
                rules -> {
                    requireThere(rules, name);
                    return rules.stream().filter(rule -> !rule.name().equals(name)).toList();
                });
    }

    private static void requireThere(List<EventRule> rules, String name) {
        if (rules.stream().noneMatch(rule -> rule.name().equals(name))) {
            throw Problem.of(612, "no such rule: " + name).refused();
        }
    }

    /**
     * As asked for.
     *
     * @param before what is changed; null if it is a new one
     */
    private EventRule rule(Call call, @Nullable EventRule before) {
        var asked = call.parameters();
        var rule =
                new EventRule(
                        asked.required("name"),
                        asked.text("prefix", before == null ? "" : before.prefix()),
                        asked.text("suffix", before == null ? "" : before.suffix()),
                        all(asked, "event", before == null ? List.of() : before.events()),
                        all(asked, "callbackURL", before == null ? List.of() : before.urls()),
                        key(call),
                        asked.text("host", before == null ? "" : before.host()),
                        before == null ? buckets.now().toString() : before.since());
        // who is told of objects may read them
        call.buckets().find(asked.required("bucket"), Act.READ, rule.prefix());
        return rule.checked();
    }

    private static List<String> all(Parameters asked, String name, List<String> otherwise) {
        var given = asked.all(name).stream().filter(value -> !value.isEmpty()).toList();
        return given.isEmpty() ? otherwise : given;
    }

    /** Whoever changes a rule answers for it from then on. */
    private String key(Call call) {
        var own = call.buckets().key().accessKey();
        var named = call.parameters().text("access_key", "");
        if (!named.isEmpty() && !named.equals(own)) {
            throw Problem.of(403, "access_key is not the key that signs this call").refused();
        }
        return own;
    }

    private void change(Call call, UnaryOperator<List<EventRule>> change) {
        var bucket = call.buckets().find(call.parameters().required("bucket"));
        buckets.set(bucket.name(), s -> s.withEvents(change.apply(s.events())));
        call.done();
    }
}
