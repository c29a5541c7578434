package dev.lumiere.api.management;

import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.sign.KeyRing;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How SDKs find the hosts of a bucket, each generation of them in another form: {@code
 * /v1/query?ak=<access key>&bucket=<name>} to {@code /v4/query}, not signed, and {@code /regions}.
 *
 * <p>The role {@code io} is this server, as it is where SDKs send {@code /fetch} and {@code
 * /prefetch}; downloads are {@code io_src}.
 */
final class Regions {
    /** All but uploads and downloads. */
    private static final List<String> ROLES = List.of("uc", "rs", "rsf", "api", "io");

    private final Supplier<ServiceHosts> hosts;
    private final KeyRing keys;
    private final BucketCatalog buckets;

    Regions(Supplier<ServiceHosts> hosts, KeyRing keys, BucketCatalog buckets) {
        this.hosts = hosts;
        this.keys = keys;
        this.buckets = buckets;
    }

    void addTo(ServiceServer server, SignedCalls calls) {
        on(server, "/v1/query", this::oldest);
        on(server, "/v2/query", _ -> accelerated(JsonObject.of("ttl", ttl())));
        on(server, "/v3/query", bucket -> listed(accelerated(named(bucket.region()))));
        on(server, "/v4/query", bucket -> listed(plain(named(bucket.region()))));
        calls.on("/regions", this::all);
    }

    private void on(ServiceServer server, String path, Function<Bucket, JsonObject> answer) {
        server.onVirtualThread(
                HttpMethod.GET,
                path,
                0,
                (exchange, _) -> exchange.json(200, answer.apply(bucket(exchange)).toBuffer()));
    }

    private Bucket bucket(Exchange exchange) {
        var parameters = new Parameters();
        var query = exchange.request().query();
        parameters.add(query == null ? "" : query);
        var key = keys.lookUp(parameters.required("ak"));
        if (key == null || !key.isEnabled()) {
            throw Problem.of(612, "no such access key").refused();
        }
        return new OwnBuckets(buckets, key).existing(parameters.required("bucket"));
    }

    private void all(Call call) {
        var names = new TreeSet<String>();
        names.add(hosts.get().region());
        call.buckets().list().forEach(bucket -> names.add(bucket.region()));
        var regions = new JsonArray();
        for (var name : names) {
            regions.add(plain(JsonObject.of("id", name, "description", name, "ttl", ttl())));
        }
        call.answer(JsonObject.of("regions", regions));
    }

    private long ttl() {
        return hosts.get().keptFor().toSeconds();
    }

    private JsonObject named(String region) {
        return JsonObject.of("region", region, "ttl", ttl());
    }

    private static JsonObject listed(JsonObject region) {
        return JsonObject.of("hosts", JsonArray.of(region));
    }

    /** The form of the fourth generation. */
    private JsonObject plain(JsonObject region) {
        var api = JsonArray.of(hosts.get().api());
        for (var role : ROLES) {
            region.put(role, JsonObject.of("domains", api));
        }
        return region.put("io_src", JsonObject.of("domains", JsonArray.of(hosts.get().media())))
                .put(
                        "up",
                        JsonObject.of("domains", api, "old", new JsonArray(), "acc_domains", api))
                .put(
                        "s3",
                        JsonObject.of(
                                "domains",
                                api,
                                "region_alias",
                                region.getString("region", region.getString("id"))));
    }

    /** The form of the second and third generation, which tell near hosts from the source. */
    private JsonObject accelerated(JsonObject region) {
        for (var role : ROLES) {
            region.put(role, both(hosts.get().api()));
        }
        var up = both(hosts.get().api());
        for (var old : new String[] {"old_acc", "old_src"}) {
            up.put(old, main(hosts.get().api()));
        }
        return region.put("up", up).put("io_src", both(hosts.get().media()));
    }

    private static JsonObject both(String host) {
        return JsonObject.of("acc", main(host), "src", main(host));
    }

    private static JsonObject main(String host) {
        return JsonObject.of("main", JsonArray.of(host), "backup", new JsonArray());
    }

    private JsonObject oldest(Bucket bucket) {
        return JsonObject.of("ttl", ttl(), "http", urls("http://"), "https", urls("https://"));
    }

    private JsonObject urls(String scheme) {
        var url = JsonArray.of(scheme + hosts.get().api());
        return JsonObject.of("io", url, "up", url);
    }
}
