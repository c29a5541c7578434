package dev.lumiere.storage.sign;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in {@code Authorization} of a call that we make ourselves: to a server that is called
 * back, which knows us by it ({@code isValidCallback} of the SDKs), or of a command to a node.
 */
public final class OutgoingSignature {
    private OutgoingSignature() {}

    /**
     * In the old form, which every server of today understands.
     *
     * @param target path and query, as they are sent
     * @param contentType of the body; only a form's body is signed
     */
    public static String qbox(Credential by, String target, String contentType, byte[] body) {
        var signed = SignedText.isForm(contentType) ? body : new byte[0];
        // SDKs sign no query that is empty
        var text = SignedText.qbox(withoutEmptyQuery(target));
        return "QBox " + by.accessKey() + ":" + Signature.of(by, Signature.utf8(text), signed);
    }

    /** In the new form, without further headers. */
    public static String qiniu(
            Credential by, String method, URI url, String contentType, byte[] body) {
        return qiniu(by, method, url, contentType, Map.of(), body);
    }

    /**
     * In the new form.
     *
     * @param own further headers that are signed, such as {@code X-Qiniu-Date}, by canonical names
     */
    public static String qiniu(
            Credential by,
            String method,
            URI url,
            String contentType,
            Map<String, String> own,
            byte[] body) {
        var host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
        var text = SignedText.qiniu(method, target(url), host, contentType, new TreeMap<>(own));
        var signed = SignedText.signsBody(contentType) ? body : new byte[0];
        return "Qiniu " + by.accessKey() + ":" + Signature.of(by, Signature.utf8(text), signed);
    }

    private static String withoutEmptyQuery(String target) {
        return target.indexOf('?') == target.length() - 1
                ? target.substring(0, target.length() - 1)
                : target;
    }

    private static String target(URI url) {
        var query = url.getRawQuery();
        return url.getRawPath() + (query == null || query.isEmpty() ? "" : "?" + query);
    }
}
