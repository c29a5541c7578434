package dev.lumiere.api.management;

import dev.lumiere.gateway.Style;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.HostName;
import java.util.function.UnaryOperator;

/**
 * Calls by which it is said how and where objects are served. Those of domains and styles are of
 * Qiniu's older SDKs; newer ones have none.
 *
 * <pre>{@code
 * /publish/<base64 of host>/from/<bucket>    its objects are found there, /unpublish/<base64 of host>
 * /style/<bucket>/name/<base64>/style/<base64 of pipeline>   /unstyle/<bucket>/name/<base64>
 * /separator/<bucket>/sep/<base64>           some of -_!/~$
 * /accessMode/<bucket>/mode/0|1              1: pictures through a style only
 * /noIndexPage?bucket=<bucket>&noIndexPage=0|1
 * /maxAge?bucket=<bucket>&maxAge=<seconds>
 * }</pre>
 */
final class BucketServing {
    private final BucketCatalog buckets;

    BucketServing(BucketCatalog buckets) {
        this.buckets = buckets;
    }

    void addTo(SignedCalls calls) {
        calls.onPost("/publish/", this::publish);
        calls.onPost("/unpublish/", this::unpublish);
        calls.onPost("/style/", this::style);
        calls.onPost("/unstyle/", this::unstyle);
        calls.onPost("/separator/", this::separate);
        calls.onPost("/accessMode/", this::protect);
        calls.onPost("/noIndexPage", this::index);
        calls.onPost("/maxAge", this::setMaxAge);
    }

    private void publish(Call call) {
        var words = call.words();
        words.expect("publish");
        var host = words.decoded("domain");
        words.expect("from");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        buckets.domains().bind(bucket.name(), host);
        call.done();
    }

    /** A host of another account's bucket is as if it were not there. */
    private void unpublish(Call call) {
        var words = call.words();
        words.expect("unpublish");
        var host = host(words.decoded("domain"));
        words.end();
        var holder =
                buckets.of(call.buckets().account()).stream()
                        .filter(bucket -> bucket.domains().contains(host))
                        .findFirst()
                        .orElseThrow(() -> Problem.of(612, "no such domain: " + host).refused());
        buckets.domains().unbind(call.buckets().find(holder.name()).name(), host);
        call.done();
    }

    private static String host(String domain) {
        try {
            return HostName.parse(domain);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
    }

    private void style(Call call) {
        var words = call.words();
        words.expect("style");
        var bucket = words.word("bucket");
        words.expect("name");
        var name = words.decoded("name");
        words.expect("style");
        var pipeline = words.decoded("style");
        words.end();
        var fault = Style.fault(pipeline);
        if (fault != null) {
            throw Encoded.refused("style is no pipeline, " + fault, pipeline);
        }
        change(call, bucket, rules -> rules.withStyle(name, pipeline));
    }

    private void unstyle(Call call) {
        var words = call.words();
        words.expect("unstyle");
        var bucket = words.word("bucket");
        words.expect("name");
        var name = words.decoded("name");
        words.end();
        change(
                call,
                bucket,
                rules -> {
                    if (!rules.styles().containsKey(name)) {
                        throw Problem.of(612, "no such style: " + name).refused();
                    }
                    return rules.withoutStyle(name);
                });
    }

    private void separate(Call call) {
        var words = call.words();
        words.expect("separator");
        var bucket = words.word("bucket");
        words.expect("sep");
        var separators = words.decoded("sep");
        words.end();
        change(call, bucket, rules -> rules.withSeparators(separators));
    }

    private void protect(Call call) {
        var words = call.words();
        words.expect("accessMode");
        var bucket = words.word("bucket");
        words.expect("mode");
        var mode = words.number("mode", 0, 1);
        words.end();
        change(call, bucket, rules -> rules.withProtection(mode == 1));
    }

    private void index(Call call) {
        var isNone = call.parameters().number("noIndexPage", -1, 0, 1);
        if (isNone < 0) {
            throw Problem.badRequest("no noIndexPage").refused();
        }
        change(call, call.parameters().required("bucket"), rules -> rules.withIndex(isNone == 0));
    }

    /** Nothing, or less, is the default. */
    private void setMaxAge(Call call) {
        var maxAge = call.parameters().number("maxAge", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var bucket = call.buckets().find(call.parameters().required("bucket"));
        buckets.change(bucket.name(), there -> there.withMaxAge(maxAge <= 0 ? -1 : maxAge));
        call.done();
    }

    private void change(Call call, String bucket, UnaryOperator<BucketRules> change) {
        var own = call.buckets().find(bucket);
        buckets.set(own.name(), settings -> settings.with(change.apply(settings.rules())));
        call.done();
    }
}
