package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.Act;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls about buckets, on the host that SDKs call {@code uc}:
 *
 * <pre>{@code
 * /buckets                             ["name", …]
 * /mkbucketv3/<name>/region/<region>   makes one; so does /mkbucketv2/<base64 of name>/…
 * /drop/<name>                         takes an empty one away
 * /v2/domains?tbl=<name>               ["host", …]; /v3/domains has objects
 * /v2/bucketInfo?bucket=<name>         what is set for it, and how much is in it
 * /v2/bucketInfos?region=…             what is set for all of them
 * }</pre>
 *
 * What is set is set by {@link BucketServing}, {@link BucketRights}, {@link Lifecycles} and {@link
 * BucketTagging}, and who is told of changes by {@link EventRules}.
 */
final class BucketManagement {
    private static final Logger LOG = LoggerFactory.getLogger(BucketManagement.class);

    private final Catalog catalog;
    private final BucketCatalog buckets;
    private final Supplier<ServiceHosts> hosts;

    BucketManagement(Catalog catalog, Supplier<ServiceHosts> hosts) {
        this.catalog = catalog;
        buckets = catalog.buckets();
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
        new BucketServing(buckets).addTo(calls);
        new BucketRights(buckets).addTo(calls);
        new Lifecycles(buckets).addTo(calls);
        new BucketTagging(buckets).addTo(calls);
        new EventRules(buckets).addTo(calls);
    }

    private void names(Call call) {
        var names = new JsonArray();
        call.buckets().list().forEach(bucket -> names.add(bucket.name()));
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
        call.buckets().key().require(Act.MANAGE, name, "");
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

    /** One whose settings are read. */
    private static Bucket asked(Call call, String parameter) {
        return call.buckets().find(call.parameters().required(parameter), Act.READ, "");
    }

    private void info(Call call) {
        var bucket = asked(call, "bucket");
        var info = BucketJson.info(bucket);
        try {
            info.put("used", BucketJson.usage(catalog.usage(bucket.name())));
        } catch (Problem.Refused e) { // what is set can be told nevertheless
            LOG.warn("what bucket {} has is not told: {}", bucket.name(), e.getMessage());
        }
        call.answer(info);
    }

    private void infos(Call call) {
        var asked = call.parameters().text("region", "");
        var infos = new JsonArray();
        for (var bucket : call.buckets().list()) {
            var maySee = call.buckets().key().scope().allows(Act.READ, bucket.name(), "");
            if (maySee && (asked.isEmpty() || bucket.region().equals(asked))) {
                infos.add(JsonObject.of("name", bucket.name(), "info", BucketJson.info(bucket)));
            }
        }
        call.answer(infos);
    }
}
