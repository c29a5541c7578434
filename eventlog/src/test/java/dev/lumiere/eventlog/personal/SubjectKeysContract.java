package dev.lumiere.eventlog.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What holds for subjects' keys, whatever keeps them. */
abstract class SubjectKeysContract {
    private static final String ADA = "ada@example.com";

    /** The keys. */
    abstract SubjectKeys keys();

    /** The same, as after a restart. */
    abstract SubjectKeys reopened() throws IOException;

    @Test
    void aSubjectHasOneKeyForGood() throws Exception {
        var key = keys().keyOf("user-1");
        assertThat(keys().keyOf("user-1").id()).isEqualTo(key.id());
        assertThat(keys().keyOf("user-2").id()).isNotEqualTo(key.id());
        var email = Personal.of(ADA, "user-1", keys());
        assertThat(email.key()).isEqualTo(key.id());
        assertThat(email.reveal(keys())).contains(ADA);
        assertThat(email.reveal(reopened())).contains(ADA);
    }

    @Test
    void anErasedSubjectGetsNoKeyAgain() throws Exception {
        var before = Personal.of(ADA, "user-1", keys());
        var other = Personal.of(ADA, "user-2", keys());
        assertThat(before.reveal(keys())).contains(ADA);
        keys().erase("user-1");
        keys().erase("user-1");
        keys().erase("user-3"); // who had none
        for (var keys : List.of(keys(), reopened())) {
            for (var subject : List.of("user-1", "user-3")) {
                assertThatThrownBy(() -> Personal.of("new", subject, keys))
                        .isInstanceOf(ErasedSubjectException.class)
                        .hasMessageContaining(subject);
            }
            assertThat(keys.find("user-1", before.key())).isEqualTo(new SubjectKeys.Found.Erased());
            assertThat(before.reveal(keys)).isEmpty();
            assertThat(other.reveal(keys)).contains(ADA);
        }
    }

    @Test
    void whatIsNotKnownIsNotErased() throws Exception {
        var email = Personal.of(ADA, "user-1", keys());
        for (var unknown :
                List.of(
                        new Personal("user-1", "other", email.sealed()),
                        new Personal("user-2", email.key(), email.sealed()))) {
            assertThat(keys().find(unknown.subject(), unknown.key()))
                    .isEqualTo(new SubjectKeys.Found.Unknown());
            assertThatThrownBy(() -> unknown.reveal(keys()))
                    .hasMessageContaining(
                            "no key %s of %s is known".formatted(unknown.key(), unknown.subject()));
        }
    }

    @Test
    void aSubjectIsAnyText() throws Exception {
        for (var subject : List.of("../../x", "'; --", "a\0b", "王", "x".repeat(1024))) {
            assertThat(Personal.of(ADA, subject, keys()).reveal(keys())).contains(ADA);
            keys().erase(subject);
        }
        for (var wrong : List.of("", "x".repeat(1025), "\ud83d")) {
            assertThatThrownBy(() -> keys().keyOf(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> keys().erase(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Who seals what cannot be revealed is told, or was before the erasure. */
    @Test
    void manyAtOnceGetOneKeyAndNoneAfterItsErasure() throws Exception {
        for (var round = 0; round < 10; round++) {
            var subject = "user-" + round;
            var ids = new HashSet<String>();
            List<Callable<String>> all = new ArrayList<>();
            for (var i = 0; i < 8; i++) {
                all.add(() -> sealedBy(subject));
            }
            all.add(() -> {
                keys().erase(subject);
                assertThat(sealedBy(subject)).isEqualTo("erased");
                return "erased";
            });
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<String> each : threads.invokeAll(all)) {
                    ids.add(each.get());
                }
            }
            ids.remove("erased");
            assertThat(ids).hasSizeLessThanOrEqualTo(1);
        }
    }

    private String sealedBy(String subject) throws IOException {
        try {
            return keys().keyOf(subject).id();
        } catch (ErasedSubjectException _) {
            return "erased";
        }
    }
}
