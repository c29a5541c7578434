package dev.lumiere.storage.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account that an installation begins with, and its key, which is in {@code credentials.json}
 * in a node's home for who runs it: {@code {"accessKey": …, "secretKey": …}}.
 *
 * @param credential as it is in the file
 * @param isNew whether the file was made now
 */
public record FirstAccount(Credential credential, boolean isNew) {
    /** Its name. */
    public static final String NAME = "first";

    private static final String OWNER = "operator";
    private static final String FILE = "credentials.json";
    private static final UUID COMMAND =
            UUID.nameUUIDFromBytes("lumiere.account.first".getBytes(StandardCharsets.UTF_8));
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final JsonMapper JSON = new JsonMapper();
    private static final Logger LOG = LoggerFactory.getLogger(FirstAccount.class);

    private record Pair(String accessKey, String secretKey) {}

    /**
     * Makes account and file where they are not there; whoever is killed half-way goes on with the
     * same key. A file that is there before the account says which key it gets. One that is there
     * is never changed.
     *
     * @param folder of the file
     * @throws IOException if the file cannot be read or written, or holds something else, or the
     *     secrets of the log cannot be opened here
     */
    public static FirstAccount in(Path folder, Accounts accounts) throws IOException {
        var file = new PrivateFile(folder, FILE);
        var text = file.read();
        var key = text == null ? accounts.newKey(NAME, KeyScope.ALL) : read(text, file);
        var account = accounts.create(NAME, COMMAND, OWNER, key);
        if (text != null) {
            if (!account.signsWith(key.accessKey())) {
                LOG.warn("key {} in {} signs nothing: it is not in the log", key.accessKey(), file);
            }
            return new FirstAccount(key, false);
        }
        var oldest = accounts.oldestKey(NAME, account);
        var first = oldest == null ? accounts.createKey(NAME) : oldest;
        if (!file.write(JSON.writeValueAsString(pair(first)) + "\n")) {
            throw new IOException("another process has made " + file);
        }
        return new FirstAccount(first, true);
    }

    private static Pair pair(Credential key) {
        return new Pair(key.accessKey(), key.secretKey());
    }

    private static Credential read(String text, PrivateFile file) throws IOException {
        try {
            var pair = JSON.readValue(text, Pair.class);
            if (pair != null && isKey(pair.accessKey) && isKey(pair.secretKey)) {
                return new Credential(pair.accessKey, pair.secretKey, NAME, true);
            }
        } catch (JsonProcessingException _) {
            // whose message would tell of it
        }
        throw new IOException("no accessKey and secretKey in " + file);
    }

    @SuppressWarnings("ConstantValue") // JSON may leave it out
    private static boolean isKey(String text) {
        return text != null && KEY.matcher(text).matches();
    }
}
