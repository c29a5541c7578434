package dev.lumiere.service;

import io.vertx.core.json.JsonArray;
import org.jspecify.annotations.Nullable;

/**
 * What a service does when one of its methods is called. Runs on a virtual thread. A {@link
 * Problem.Refused} is answered as it says, arguments of the wrong type or number as a 400.
 */
@FunctionalInterface
public interface RpcMethod {

    /**
     * Does it.
     *
     * @return anything that JSON can say
     */
    @Nullable Object call(JsonArray arguments) throws Exception;
}
