package dev.lumiere.eventlog.personal;

import static dev.lumiere.eventlog.Samples.LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice.Bound;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates;
import dev.lumiere.eventlog.aggregate.Decider;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADA = "ada@example.com";
    private static final String BOB = "bob@example.com";

    @TempDir Path home;
    private FolderSubjectKeys keys;

    record EmailChanged(Personal email) {}

    record User(List<Personal> emails) {}

    private static final EventTypes<EmailChanged> TYPES =
            new EventTypes<>(EventType.of("EmailChanged", EmailChanged.class));

    private static final class Users implements Decider<Personal, User, EmailChanged> {
        @Override
        public User initial() {
            return new User(List.of());
        }

        @Override
        public List<EmailChanged> decide(Personal email, User user) {
            return List.of(new EmailChanged(email));
        }

        @Override
        public User evolve(User user, EmailChanged changed) {
            var emails = new ArrayList<>(user.emails);
            emails.add(changed.email);
            return new User(emails);
        }
    }

    private static final class Emails implements Projection {
        @Override
        public String name() {
            return "emails";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            var changed = TYPES.event(event.data());
            if (changed != null) {
                index.put(event.stream().key(), JSON.writeValueAsString(changed.email));
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        keys = new FolderSubjectKeys(home.resolve("keys"));
    }

    @AfterEach
    void close() throws IOException {
        keys.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private boolean anyFileHolds(Path folder, byte[] wanted) throws IOException {
        var needle = new String(wanted, ISO_8859_1);
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                try {
                    if (new String(Files.readAllBytes(file), ISO_8859_1).contains(needle)) {
                        return true;
                    }
                } catch (NoSuchFileException _) {
                    // RocksDB has just deleted it
                }
            }
        }
        return false;
    }

    @Test
    void afterTheErasureNothingSaysItAndOthersAreUntouched() throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
                var view = View.open(home.resolve("views"), log, new Emails())) {
            var users =
                    new Aggregates<>(log, "user", new Users(), TYPES, () -> Instant.EPOCH)
                            .withSnapshots(User.class, 1, 1);
            change(users, "1", Personal.of(ADA, "user-1", keys));
            change(users, "2", Personal.of(BOB, "user-2", keys));
            var archive = new Archive(home.resolve("archive"));
            archive.takeOver(log, 1);
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            view.snapshot(home.resolve("snapshot"));
            for (var partition = 0; partition < 2; partition++) {
                assertThat(archive.last(partition)).isEqualTo(log.end().of(partition));
            }

            var everywhere = everywhere(log, view, archive, users, "1");
            assertThat(everywhere).hasSize(5);
            for (var email : everywhere) {
                assertThat(email.reveal(keys)).contains(ADA);
                assertThat(email.toString()).doesNotContain(ADA);
            }
            assertThat(anyFileHolds(home, ADA.getBytes(UTF_8))).isFalse();
            var wrapped = wrappedKeyOf("user-1");
            assertThat(anyFileHolds(home, wrapped)).isTrue();

            keys.erase("user-1");
            for (var email : everywhere(log, view, archive, users, "1")) {
                assertThat(email.reveal(keys)).isEmpty();
            }
            for (var email : everywhere(log, view, archive, users, "2")) {
                assertThat(email.reveal(keys)).contains(BOB);
            }
            assertThat(anyFileHolds(home, wrapped)).isFalse();
            copy(home.resolve("keys"), home.resolve("copy"));
            try (var copied = new FolderSubjectKeys(home.resolve("copy"))) {
                assertThat(everywhere.getFirst().reveal(copied)).isEmpty();
            }
        }
    }

    private static void change(
            Aggregates<Personal, User, EmailChanged> users, String key, Personal email)
            throws Exception {
        var id = new UUID(5, Integer.parseInt(key));
        var handled = users.handle(key, id, email, EventData.Context.NONE, LONG);
        assertThat(handled).isInstanceOf(Aggregates.Handled.Done.class);
    }

    /** In the event, the snapshot, the state, the view and the archive. */
    private static List<Personal> everywhere(
            EventLog log,
            View view,
            Archive archive,
            Aggregates<Personal, User, EmailChanged> users,
            String key)
            throws Exception {
        var found = new ArrayList<Personal>();
        var event = log.readStream(new StreamId("user", key), 1, 1).getFirst();
        found.add(JSON.readValue(event.data().payload().text(), EmailChanged.class).email);
        var kept = log.readStream(new StreamId("user.snapshot", key), 1, 1).getFirst();
        var state = JSON.readTree(kept.data().payload().text()).get("state");
        found.addAll(JSON.treeToValue(state, User.class).emails);
        found.addAll(users.state(key).state().emails);
        String entry = view.read(index -> index.get(key));
        found.add(JSON.readValue(entry, Personal.class));
        var archived =
                archive.read(event.partition(), event.position(), new Bound(1, 0)).getFirst();
        found.add(JSON.readValue(archived.data().payload().text(), EmailChanged.class).email);
        return found;
    }

    private byte[] wrappedKeyOf(String subject) throws IOException {
        try (var files = Files.list(home.resolve("keys/subjects"))) {
            for (var file : files.toList()) {
                var bytes = Files.readAllBytes(file);
                var id = new String(Arrays.copyOf(bytes, 36), UTF_8);
                if (keys.keyOf(subject).id().equals(id)) {
                    return Arrays.copyOfRange(bytes, 36, bytes.length);
                }
            }
        }
        throw new AssertionError("no key of " + subject);
    }

    @Test
    void whatIsSealedIsBoundToItsSubjectAndWhole() throws Exception {
        var email = Personal.of(ADA, "user-1", keys);
        assertThat(Personal.of(ADA, "user-1", keys).sealed()).isNotEqualTo(email.sealed());
        assertThat(Personal.of("", "user-1", keys).reveal(keys)).contains("");
        assertThat(JSON.readValue(JSON.writeValueAsString(email), Personal.class)).isEqualTo(email);

        // another's field, though the key be shared
        var key = keys.keyOf("user-1");
        SubjectKeys shared = new SharedKey(key);
        assertThat(email.reveal(shared)).contains(ADA);
        assertThatThrownBy(() -> new Personal("user-2", email.key(), email.sealed()).reveal(shared))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not sealed with the key");

        var bytes = Base64.getDecoder().decode(email.sealed());
        for (var i = 0; i < bytes.length; i++) {
            var flipped = bytes.clone();
            flipped[i] ^= 1;
            var text = Base64.getEncoder().encodeToString(flipped);
            assertThatThrownBy(() -> new Personal("user-1", email.key(), text).reveal(keys))
                    .isInstanceOf(IOException.class);
        }
        for (var hostile : List.of("", "!", "AAAA")) {
            assertThatThrownBy(() -> new Personal("user-1", email.key(), hostile).reveal(keys))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not sealed with");
        }
        assertThatThrownBy(() -> new Personal("", "k", "")).hasMessageContaining("1..1024");
    }

    /** Of every subject. */
    private record SharedKey(SubjectKey key) implements SubjectKeys {
        @Override
        public SubjectKey keyOf(String subject) {
            return key;
        }

        @Override
        public Found find(String subject, String id) {
            return new Found.Present(key);
        }

        @Override
        public void erase(String subject) {
            throw new UnsupportedOperationException();
        }
    }
}
