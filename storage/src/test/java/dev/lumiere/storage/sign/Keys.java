package dev.lumiere.storage.sign;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Keys of the specification's examples, and one that is disabled. */
final class Keys implements KeyRing {
    static final Credential VECTORS = new Credential("abcdefghklmnopq", "1234567890", "ada", true);
    static final Credential DOCUMENTS =
            new Credential("MY_ACCESS_KEY", "MY_SECRET_KEY", "ada", true);
    static final Credential SDK = new Credential("ak", "sk", "ada", true);
    static final Credential DISABLED = new Credential("was-ada", "secret", "ada", false);
    static final KeyRing ALL = new Keys();

    private static final Map<String, Credential> KEYS =
            Map.of(
                    VECTORS.accessKey(), VECTORS,
                    DOCUMENTS.accessKey(), DOCUMENTS,
                    SDK.accessKey(), SDK,
                    DISABLED.accessKey(), DISABLED);

    @Override
    public @Nullable Credential find(String accessKey) {
        return KEYS.get(accessKey);
    }

    static void assertRefused(String problem, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(Problem.Refused.class).hasMessage(problem);
    }
}
