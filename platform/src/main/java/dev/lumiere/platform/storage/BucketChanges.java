package dev.lumiere.platform.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lumiere.platform.client.NodeClient;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code lumiere bucket} that change a bucket, and the calls they are. */
final class BucketChanges {
    @Option(names = "--domain", paramLabel = "HOST", description = "Find its objects there too.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--no-domain",
            paramLabel = "HOST",
            description = "Find its objects there no more.")
    private List<String> oldDomains = new ArrayList<>();

    @Option(
            names = "--style",
            paramLabel = "NAME=PIPELINE",
            description = "Such as thumb=imageView2/1/w/200; without a pipeline, take it away.")
    private Map<String, String> styles = new LinkedHashMap<>();

    @Option(
            names = "--separator",
            paramLabel = "CHARACTERS",
            description = "Any of these stands before a style; some of -_!/~$$.")
    private @Nullable String separators;

    @Option(
            names = "--max-age",
            paramLabel = "SECONDS",
            description = "For which browsers and caches keep objects; 0 for the node's own.")
    private @Nullable Integer maxAge;

    @Option(
            names = "--private",
            negatable = true,
            description = "Downloads need a signed URL, or do not.")
    private @Nullable Boolean isPrivate;

    @Option(
            names = "--protect",
            negatable = true,
            description = "Serve pictures through a style only, or as they are too.")
    private @Nullable Boolean protects;

    @Option(
            names = "--index",
            negatable = true,
            description = "Serve index.html for a folder, or do not.")
    private @Nullable Boolean hasIndex;

    @Option(
            names = "--allow-referer",
            paramLabel = "HOST",
            description = "Only for pages of such a host, *.example.com or * (none sent: refused).")
    private List<String> allowed = new ArrayList<>();

    @Option(
            names = "--deny-referer",
            paramLabel = "HOST",
            description = "Not for pages of such a host (none sent: served).")
    private List<String> denied = new ArrayList<>();

    @Option(
            names = "--empty-referer",
            negatable = true,
            description = "With either: also, or not, for who sends no Referer.")
    private @Nullable Boolean allowsNone;

    @Option(names = "--any-referer", description = "For pages of all hosts again.")
    private boolean allowsAll;

    @Option(
            names = "--url-key",
            paramLabel = "KEY",
            description = "URLs are signed with this, twice while one replaces another.")
    private List<String> urlKeys = new ArrayList<>();

    @Option(names = "--no-url-keys", description = "URLs need not be signed with a key.")
    private boolean hasNoUrlKeys;

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            description = "Only pages of such an origin may read, such as https://*.example.com.")
    private List<String> origins = new ArrayList<>();

    @Option(names = "--no-cors", description = "Pages of all origins may read again.")
    private boolean hasNoCors;

    /** What a call does to who may see what. */
    private enum Effect {
        CLOSES,
        NONE,
        OPENS
    }

    /**
     * One call of management.
     *
     * @param option that asks for it
     * @param form its body
     */
    record Call(String option, String target, String form) {}

    /**
     * In the order in which they are made: what keeps somebody out comes first and what lets
     * somebody in comes last, as far as options tell, so that one that fails leaves less open.
     *
     * @throws IllegalArgumentException if options contradict each other
     */
    List<Call> of(String name) {
        check();
        var bucket = NodeClient.escaped(name);
        var calls = new EnumMap<Effect, List<Call>>(Effect.class);
        addPublicity(calls, bucket);
        addUrlKeys(calls, bucket);
        addPages(calls, bucket);
        addLooks(calls, bucket);
        return calls.values().stream().flatMap(List::stream).toList();
    }

    private void check() {
        if (!allowed.isEmpty() && !denied.isEmpty()) {
            throw new IllegalArgumentException("either --allow-referer or --deny-referer");
        }
        var namesReferers = !allowed.isEmpty() || !denied.isEmpty();
        if (allowsAll && (namesReferers || allowsNone != null)) {
            throw new IllegalArgumentException("either --any-referer or rules for some");
        }
        if (allowsNone != null && !namesReferers) {
            throw new IllegalArgumentException(
                    "--empty-referer goes with --allow-referer or --deny-referer");
        }
        if (!urlKeys.isEmpty() && hasNoUrlKeys) {
            throw new IllegalArgumentException("either --url-key or --no-url-keys");
        }
        if (!origins.isEmpty() && hasNoCors) {
            throw new IllegalArgumentException("either --cors or --no-cors");
        }
        if (maxAge != null && maxAge < 0) {
            throw new IllegalArgumentException("--max-age is below 0: " + maxAge);
        }
    }

    private void addPublicity(Map<Effect, List<Call>> calls, String bucket) {
        if (isPrivate != null) {
            add(
                    calls,
                    isPrivate ? Effect.CLOSES : Effect.OPENS,
                    isPrivate ? "--private" : "--no-private",
                    "/private?bucket=%s&private=%s".formatted(bucket, isPrivate ? 1 : 0));
        }
        if (protects != null) {
            add(
                    calls,
                    protects ? Effect.CLOSES : Effect.OPENS,
                    protects ? "--protect" : "--no-protect",
                    "/accessMode/%s/mode/%s".formatted(bucket, protects ? 1 : 0));
        }
    }

    private void addLooks(Map<Effect, List<Call>> calls, String bucket) {
        styles.forEach((style, pipeline) -> {
            var target =
                    pipeline.isEmpty()
                            ? "/unstyle/%s/name/%s".formatted(bucket, encoded(style))
                            : "/style/%s/name/%s/style/%s"
                                    .formatted(bucket, encoded(style), encoded(pipeline));
            add(calls, Effect.NONE, "--style " + style, target);
        });
        if (separators != null) {
            add(
                    calls,
                    Effect.NONE,
                    "--separator",
                    "/separator/%s/sep/%s".formatted(bucket, encoded(separators)));
        }
        if (maxAge != null) {
            add(
                    calls,
                    Effect.NONE,
                    "--max-age",
                    "/maxAge?bucket=%s&maxAge=%s".formatted(bucket, maxAge));
        }
        if (hasIndex != null) {
            add(
                    calls,
                    Effect.NONE,
                    hasIndex ? "--index" : "--no-index",
                    "/noIndexPage?bucket=%s&noIndexPage=%s".formatted(bucket, hasIndex ? 0 : 1));
        }
        oldDomains.forEach(host ->
                add(
                        calls,
                        Effect.NONE,
                        "--no-domain " + host,
                        "/unpublish/%s".formatted(encoded(host))));
        domains.forEach(host ->
                add(
                        calls,
                        Effect.NONE,
                        "--domain " + host,
                        "/publish/%s/from/%s".formatted(encoded(host), bucket)));
    }

    private void addUrlKeys(Map<Effect, List<Call>> calls, String bucket) {
        if (!urlKeys.isEmpty() || hasNoUrlKeys) {
            var form = new StringBuilder("bucket=" + bucket);
            urlKeys.forEach(key -> form.append("&key=").append(NodeClient.escaped(key)));
            add(
                    calls,
                    hasNoUrlKeys ? Effect.OPENS : Effect.CLOSES,
                    new Call(
                            hasNoUrlKeys ? "--no-url-keys" : "--url-key",
                            "/timestampAntiLeech",
                            form.toString()));
        }
    }

    private void addPages(Map<Effect, List<Call>> calls, String bucket) {
        if (!origins.isEmpty() || hasNoCors) {
            add(
                    calls,
                    hasNoCors ? Effect.OPENS : Effect.CLOSES,
                    new Call(
                            hasNoCors ? "--no-cors" : "--cors",
                            "/corsRules/set/" + bucket,
                            corsRules()));
        }
        if (allowed.isEmpty() && denied.isEmpty() && !allowsAll) {
            return;
        }
        var mode = allowsAll ? 0 : allowed.isEmpty() ? 2 : 1;
        var isOpen = allowsNone == null ? allowed.isEmpty() : allowsNone;
        var hosts = NodeClient.escaped(String.join(";", allowed.isEmpty() ? denied : allowed));
        add(
                calls,
                allowsAll ? Effect.OPENS : Effect.CLOSES,
                allowsAll
                        ? "--any-referer"
                        : allowed.isEmpty() ? "--deny-referer" : "--allow-referer",
                "/referAntiLeech?bucket=%s&mode=%s&norefer=%s&source_enabled=1&pattern=%s"
                        .formatted(bucket, mode, isOpen ? 1 : 0, hosts));
    }

    private String corsRules() {
        var rules = JsonNodeFactory.instance.arrayNode();
        if (!origins.isEmpty()) {
            var rule = rules.addObject();
            var allowedOrigins = rule.putArray("allowed_origin");
            origins.forEach(allowedOrigins::add);
            rule.putArray("allowed_method").add("GET").add("HEAD");
            rule.putArray("allowed_header").add("*");
            rule.putArray("exposed_header").add("ETag").add("Content-Range");
            rule.put("max_age", 86_400);
        }
        return rules.toString();
    }

    private static void add(
            Map<Effect, List<Call>> calls, Effect effect, String option, String target) {
        add(calls, effect, new Call(option, target, ""));
    }

    private static void add(Map<Effect, List<Call>> calls, Effect effect, Call call) {
        calls.computeIfAbsent(effect, _ -> new ArrayList<>()).add(call);
    }

    private static String encoded(String text) {
        return StorageClient.encoded(text);
    }
}
