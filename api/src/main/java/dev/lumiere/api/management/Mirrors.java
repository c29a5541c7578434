package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.sign.Act;
import dev.lumiere.storage.source.OriginPulls;
import java.util.List;

/**
 * Buckets that pull from a source what they do not have.
 *
 * <pre>{@code
 * /image/<bucket>/from/<base64 of URLs>   makes one, of sources with ; between; with
 *                                         /host/<base64> of what stands in the header Host
 * /unimage/<bucket>                       nothing is pulled any more; what was stays
 * /prefetch/<entry>                       has the source looked at again
 * }</pre>
 */
final class Mirrors {
    private final BucketCatalog buckets;
    private final OriginPulls pulls;

    Mirrors(BucketCatalog buckets, OriginPulls pulls) {
        this.buckets = buckets;
        this.pulls = pulls;
    }

    void addTo(SignedCalls calls) {
        calls.onPost("/image/", this::mirror);
        calls.onPost("/unimage/", this::mirrorNoMore);
        calls.onPost("/prefetch/", this::prefetch);
    }

    private void mirror(Call call) {
        var words = call.words();
        words.expect("image");
        var bucket = call.buckets().find(words.word("bucket"));
        words.expect("from");
        var urls = words.decoded("source");
        var host = words.host();
        try {
            buckets.mirror(bucket.name(), Origin.parse(urls, host));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
        call.done();
    }

    private void mirrorNoMore(Call call) {
        var words = call.words();
        words.expect("unimage");
        var bucket = call.buckets().find(words.word("bucket"));
        words.end();
        buckets.mirror(bucket.name(), List.of());
        call.done();
    }

    private void prefetch(Call call) throws InterruptedException {
        var words = call.words();
        words.expect("prefetch");
        var object = words.object();
        words.end();
        var bucket = call.buckets().find(object.bucket(), Act.WRITE, object.key());
        if (bucket.origins().isEmpty()) {
            throw Problem.badRequest("bucket mirrors no source: " + bucket.name()).refused();
        }
        pulls.refresh(bucket, object.key());
        call.done();
    }
}
