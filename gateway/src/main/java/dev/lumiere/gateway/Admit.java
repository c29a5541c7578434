package dev.lumiere.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.fop.PipelineRequest;
import dev.lumiere.fop.Pipelines;
import dev.lumiere.gateway.StepTimes.Step;
import dev.lumiere.service.Problem;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The first step: is this a request we take, and what does it want? */
final class Admit {
    static final String METHODS = "GET, HEAD, OPTIONS";

    private static final int MAX_REMEMBERED = 8192;
    private static final int MAX_REMEMBERED_LENGTH = 512;

    private final String domain;
    private final Predicate<String> isBucket;
    private final Predicate<String> isOperation;
    private final Cache<Target, Wanted> remembered =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

    private record Target(@Nullable String host, String uri) {}

    /**
     * Knows what there is.
     *
     * @param domain buckets are also found at {@code bucket.domain}
     */
    Admit(String domain, Predicate<String> isBucket, Predicate<String> isOperation) {
        this.domain = domain;
        this.isBucket = isBucket;
        this.isOperation = isOperation;
    }

    Wanted accept(Asked asked) {
        var method = asked.method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw Problem.of(405, "method not allowed: " + method).refused();
        }
        var target = new Target(asked.header(HttpHeaders.HOST), asked.target());
        var known = remembered.getIfPresent(target);
        var wanted = known == null ? read(target) : known;
        asked.done(Step.ADMIT);
        return wanted;
    }

    private Wanted read(Target asked) {
        var target = target(asked.uri);
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? null : target.substring(question + 1);
        var address = ObjectAddress.of(asked.host, path, domain, isBucket);
        var request = Pipelines.parse(query, isOperation);
        if (request instanceof PipelineRequest.Malformed(var problem)) {
            throw problem.refused();
        }
        var wanted = Wanted.of(address, request);
        // what is no operation today may be one tomorrow, so only operations are remembered
        if (request instanceof PipelineRequest.Operations
                && asked.uri.length() <= MAX_REMEMBERED_LENGTH) {
            remembered.put(asked, wanted);
        }
        return wanted;
    }

    /** The path and query; a proxy may have sent the whole URL. */
    private static String target(String uri) {
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
