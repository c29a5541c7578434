package dev.lumiere.storage.sign;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request just as it came, since every byte of it may be signed. */
public final class SignedRequest {
    private final String method;
    private final String target;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;
    private final int port;

    /** As the other, where nobody knows the port. */
    public SignedRequest(
            String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {
        this(method, target, headers, body, 0);
    }

    /**
     * As it came.
     *
     * @param method in capitals
     * @param target path and query as they were sent, nothing decoded or collapsed
     * @param headers in their order
     * @param body empty if there is none; not to be changed from now on
     * @param port to which it was sent, which may be signed where the header says none; 0 if nobody
     *     knows
     */
    public SignedRequest(
            String method,
            String target,
            List<Map.Entry<String, String>> headers,
            byte[] body,
            int port) {
        this.method = method;
        this.target = target;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.port = port;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    List<Map.Entry<String, String>> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    /** The last of that name; null if there is none. */
    @Nullable String header(String name) {
        for (var header : headers.reversed()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    /** As it was sent; empty if it was not. */
    String host() {
        var host = header("Host");
        return host == null ? "" : host;
    }

    int port() {
        return port;
    }

    @Override
    public String toString() {
        return method + " " + target;
    }
}
