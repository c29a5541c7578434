package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.Bucket;
import dev.lumiere.storage.catalog.BucketCatalog;
import dev.lumiere.storage.catalog.Origin;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Calls about buckets, on the host that SDKs call {@code uc}:
 *
 * <pre>{@code
 * /buckets                             ["name", …]
 * /mkbucketv3/<name>/region/<region>   makes one; so does /mkbucketv2/<base64 of name>/…
 * /drop/<name>                         takes an empty one away
 * /v2/domains?tbl=<name>               ["host", …]; /v3/domains has objects
 * /v2/bucketInfo?bucket=<name>         what is set for it; /v2/bucketInfos?region=… for all
 * /private?bucket=<name>&private=0|1   whether downloads need a token
 * /maxAge?bucket=<name>&maxAge=<seconds>
 * }</pre>
 */
final class BucketManagement {
    /** What is set there is not kept yet. */
    private static final List<String> NOT_YET =
            List.of(
                    "/accessMode/",
                    "/noIndexPage",
                    "/referAntiLeech",
                    "/rules/",
                    "/events/",
                    "/corsRules/",
                    "/setbucketquota/",
                    "/getbucketquota/",
                    "/bucketTagging");

    private final BucketCatalog buckets;
    private final Supplier<ServiceHosts> hosts;

    BucketManagement(BucketCatalog buckets, Supplier<ServiceHosts> hosts) {
        this.buckets = buckets;
        this.hosts = hosts;
    }

    void addTo(SignedCalls calls) {
        calls.on("/buckets", this::names);
        calls.onPost("/mkbucketv3/", this::create);
        calls.onPost("/mkbucketv2/", this::create);
        calls.onPost("/drop/", this::drop);
        calls.on("/v2/domains", this::domains);
        calls.on("/v3/domains", this::domainsAsObjects);
        calls.on("/v2/bucketInfo", this::info);
        calls.on("/v2/bucketInfos", this::infos);
        calls.onPost("/private", this::makePrivate);
        calls.onPost("/maxAge", this::setMaxAge);
        for (var path : NOT_YET) {
            calls.on(path, this::notYet);
        }
    }

    private List<Bucket> own(Call call) {
        return buckets.of(call.buckets().account());
    }

    private void names(Call call) {
        var names = new JsonArray();
        own(call).forEach(bucket -> names.add(bucket.name()));
        call.answer(names);
    }

    private void create(Call call) {
        var words = call.words();
        var isEncoded = words.word("operation").equals("mkbucketv2");
        var name = isEncoded ? words.decoded("bucket") : words.word("bucket");
        var where = hosts.get().region();
        for (var option = words.name(); option != null; option = words.name()) {
            if (!option.equals("region")) {
                throw words.unknown(option);
            }
            where = words.word("region");
        }
        buckets.create(name, call.buckets().account(), where);
        call.done();
    }

    private void drop(Call call) {
        var words = call.words();
        words.expect("drop");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        buckets.drop(bucket.name());
        call.done();
    }

    private void domains(Call call) {
        call.answer(new JsonArray(asked(call, "tbl").domains()));
    }

    private void domainsAsObjects(Call call) {
        var bucket = asked(call, "tbl");
        var domains = new JsonArray();
        for (var domain : bucket.domains()) {
            domains.add(JsonObject.of("domain", domain, "tbl", bucket.name()));
        }
        call.answer(domains);
    }

    private static Bucket asked(Call call, String parameter) {
        return call.buckets().find(call.parameters().required(parameter));
    }

    private void info(Call call) {
        call.answer(json(asked(call, "bucket")));
    }

    private void infos(Call call) {
        var asked = call.parameters().text("region", "");
        var infos = new JsonArray();
        for (var bucket : own(call)) {
            if (asked.isEmpty() || bucket.region().equals(asked)) {
                infos.add(JsonObject.of("name", bucket.name(), "info", json(bucket)));
            }
        }
        call.answer(infos);
    }

    /** With what SDKs read that is not kept yet as it is without. */
    private static JsonObject json(Bucket bucket) {
        return JsonObject.of(
                        "source",
                        sources(bucket),
                        "host",
                        host(bucket),
                        "protected",
                        0,
                        "separator",
                        "-",
                        "styles",
                        new JsonObject())
                .put("private", bucket.isPrivate() ? 1 : 0)
                .put("no_index_page", 1)
                .put("max_age", Math.max(0, bucket.maxAge()))
                .put("region", bucket.region())
                .put("zone", bucket.region())
                .put("anti_leech_mode", 0)
                .put("no_refer", true)
                .put("ctime", bucket.created());
    }

    private static String sources(Bucket bucket) {
        return bucket.origins().stream().map(Origin::url).collect(Collectors.joining(";"));
    }

    private static String host(Bucket bucket) {
        return bucket.origins().isEmpty() ? "" : bucket.origins().getFirst().host();
    }

    private void makePrivate(Call call) {
        var isPrivate = call.parameters().number("private", -1, 0, 1);
        if (isPrivate < 0) {
            throw Problem.badRequest("no private").refused();
        }
        change(call, bucket -> bucket.withPrivacy(isPrivate == 1));
    }

    /** Nothing, or less, is the default. */
    private void setMaxAge(Call call) {
        var maxAge = call.parameters().number("maxAge", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        change(call, bucket -> bucket.withMaxAge(maxAge <= 0 ? -1 : maxAge));
    }

    private void change(Call call, UnaryOperator<Bucket> change) {
        buckets.change(asked(call, "bucket").name(), change);
        call.done();
    }

    private void notYet(Call call) {
        throw Encoded.refused("not supported here yet", call.text());
    }
}
