package dev.lumiere.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.PipelineRequest;
import dev.lumiere.fop.Pipelines;
import dev.lumiere.fop.SaveAs;
import dev.lumiere.gateway.RequestPath.Reach;
import dev.lumiere.gateway.StepTimes.Step;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.HostName;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The first step: is this a request we take, and what does it want? */
final class Admit {
    static final String METHODS = "GET, HEAD, OPTIONS";

    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final int MAX_REMEMBERED = 8192;
    private static final int MAX_REMEMBERED_LENGTH = 512;

    private final BucketHosts hosts;
    private final boolean trustsForwarded;
    private final Function<String, BucketRules> rules;
    private final Predicate<String> isOperation;
    private final DownloadRights rights;
    private final Cache<Target, Wanted> remembered =
            Caffeine.newBuilder()
                    .maximumSize(MAX_REMEMBERED)
                    .expireAfterWrite(MAX_AGE) // then other buckets may be there
                    .executor(Runnable::run)
                    .build();

    /**
     * All that a request's meaning depends on.
     *
     * @param style as the header names it
     * @param scheme as a trusted proxy says
     */
    private record Target(
            @Nullable String host, String uri, @Nullable String style, @Nullable String scheme) {
        int length() {
            return uri.length() + length(host) + length(style) + length(scheme);
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    /**
     * Knows what there is.
     *
     * @param hosts at which buckets are found
     * @param trustsForwarded whether {@code X-Forwarded-Proto} is a proxy's and not a caller's word
     * @param rules of a bucket, also of one that is not there
     */
    Admit(
            BucketHosts hosts,
            boolean trustsForwarded,
            Function<String, BucketRules> rules,
            Predicate<String> isOperation,
            DownloadRights rights) {
        this.rights = rights;
        this.hosts = hosts;
        this.trustsForwarded = trustsForwarded;
        this.rules = rules;
        this.isOperation = name -> name.equals(SaveAs.OPERATION) || isOperation.test(name);
    }

    /**
     * Admits one.
     *
     * @param reach for who has signed it
     */
    Wanted accept(Asked asked, Reach reach) {
        var method = asked.method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw Problem.of(405, "method not allowed: " + method).refused();
        }
        var target =
                new Target(
                        host(asked),
                        asked.target(),
                        asked.header(Styling.HEADER),
                        trustsForwarded ? asked.header(FORWARDED_PROTO) : null);
        var known = remembered.getIfPresent(target);
        var wanted = known == null ? read(target) : known;
        rights.check(asked, target(target.uri), wanted, reach);
        asked.done(Step.ADMIT);
        return wanted;
    }

    /**
     * The bucket that is asked for, whatever of it.
     *
     * @throws Problem.Refused if none is named
     */
    String bucket(Asked asked) {
        var target = target(asked.target());
        var question = target.indexOf('?');
        return ObjectAddress.of(
                        host(asked), question < 0 ? target : target.substring(0, question), hosts)
                .bucket();
    }

    /** As it was sent, if it is one: it is a part of what is signed. */
    private static @Nullable String host(Asked asked) {
        var host = asked.header(HttpHeaders.HOST);
        if (host != null && !HostName.isWithPort(host)) {
            throw Problem.badRequest("Host is no host and port").refused();
        }
        return host;
    }

    private Wanted read(Target asked) {
        var target = target(asked.uri);
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? "" : target.substring(question + 1);
        var address = ObjectAddress.of(asked.host, path, hosts);
        var ofBucket = rules.apply(address.bucket());
        var fallback = fallback(query, ofBucket);
        var request = Pipelines.parse(query, isOperation);
        var wanted =
                switch (request) {
                    case PipelineRequest.Malformed(var problem) -> throw problem.refused();
                    case PipelineRequest.Original(var name) ->
                            wanted(asked, path, address, null, name, ofBucket, fallback);
                    case PipelineRequest.Operations(var pipeline, var name) ->
                            wanted(asked, path, address, pipeline, name, ofBucket, fallback);
                };
        // what is no operation today may be one tomorrow, so an unknown query is not remembered
        var isKnown = query.isEmpty() || request instanceof PipelineRequest.Operations;
        if (isKnown && wanted.mayBeWorkedUpon() && asked.length() <= MAX_REMEMBERED_LENGTH) {
            remembered.put(asked, wanted);
        }
        return wanted;
    }

    private Wanted wanted(
            Target asked,
            String path,
            ObjectAddress address,
            @Nullable Pipeline pipeline,
            @Nullable String name,
            BucketRules ofBucket,
            @Nullable String fallback) {
        var saveAs = pipeline == null ? null : SaveAs.in(pipeline).orElse(null);
        var made = saveAs == null || pipeline == null ? pipeline : pipeline.withoutLast();
        var styling = new Styling(ofBucket, name, all -> complete(asked, path, all));
        var readings = styling.readings(address, made, saveAs == null ? asked.style : null);
        var mayBeIndex = pipeline == null && IndexPage.isWanted(address.key(), ofBucket);
        return new Wanted(
                mayBeIndex ? IndexPage.after(readings) : readings,
                ofBucket.protectsOriginals(),
                saveAs == null ? fallback : null, // what is kept is what was signed
                saveAs,
                pipeline != null);
    }

    /** What the query says goes first; if it is empty there is none. */
    private static @Nullable String fallback(String query, BucketRules ofBucket) {
        String said;
        try {
            said = Pipelines.item(query, "fallback");
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
        var key = said == null ? ofBucket.fallback() : said;
        return key == null || key.isEmpty() ? null : key;
    }

    private Pipeline complete(Target asked, String path, Pipeline pipeline) {
        var sized = DevicePixels.fixed(pipeline);
        return QrCodes.isWanted(sized) ? QrCodes.showing(url(asked, path), sized) : sized;
    }

    /** Where the object is downloaded, as it was asked for. */
    private String url(Target asked, String path) {
        var https = asked.scheme != null && asked.scheme.toLowerCase(Locale.ROOT).equals("https");
        return (https ? "https://" : "http://")
                + (asked.host == null ? hosts.domain() : asked.host)
                + path;
    }

    /** The path and query; a proxy may have sent the whole URL. */
    static String target(String uri) {
        if (uri.startsWith("/")) {
            return uri;
        }
        var scheme = uri.indexOf("://");
        var path = scheme < 0 ? -1 : uri.indexOf('/', scheme + 3);
        if (path < 0) {
            throw Problem.badRequest("request target is no path").refused();
        }
        return uri.substring(path);
    }
}
