package dev.lumiere.eventlog.aggregate;

import static dev.lumiere.eventlog.Samples.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.SimulatedDisk;
import dev.lumiere.eventlog.SimulatedLogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates.At;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregatesTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private Aggregates<Command, Account, AccountEvent> accounts;

    sealed interface AccountEvent {}

    record AccountCreated(String owner) implements AccountEvent {}

    record OwnerChanged(String owner, String reason) implements AccountEvent {}

    record Deposited(long cents) implements AccountEvent {}

    record Withdrawn(long cents) implements AccountEvent {}

    sealed interface Command {}

    record Create(String owner) implements Command {}

    record Deposit(long cents) implements Command {}

    record Withdraw(long cents) implements Command {}

    record Account(String owner, long cents) {}

    private static final class Deciding implements Decider<Command, Account, AccountEvent> {
        @Override
        public Account initial() {
            return new Account("", 0);
        }

        @Override
        public List<AccountEvent> decide(Command command, Account account) throws Rejected {
            return switch (command) {
                case Create(var owner) -> {
                    if (!account.owner.isEmpty()) {
                        throw new Rejected("there is one already");
                    }
                    yield List.of(new AccountCreated(owner));
                }
                case Deposit(var cents) -> cents == 0 ? List.of() : List.of(new Deposited(cents));
                case Withdraw(var cents) -> {
                    if (cents > account.cents) {
                        throw new Rejected("only " + account.cents + " there");
                    }
                    yield List.of(new Withdrawn(cents));
                }
            };
        }

        @Override
        public Account evolve(Account account, AccountEvent event) {
            return switch (event) {
                case AccountCreated(var owner) -> new Account(owner, 0);
                case OwnerChanged(var owner, _) -> new Account(owner, account.cents);
                case Deposited(var cents) -> new Account(account.owner, account.cents + cents);
                case Withdrawn(var cents) -> new Account(account.owner, account.cents - cents);
            };
        }
    }

    /** Schema 1 called the owner a name, schema 2 had no reason. */
    static final EventTypes<AccountEvent> TYPES =
            new EventTypes<>(
                    EventType.of("AccountCreated", AccountCreated.class),
                    new EventType<>(
                            "OwnerChanged",
                            OwnerChanged.class,
                            List.<UnaryOperator<ObjectNode>>of(
                                    node -> node.set("owner", node.remove("name")),
                                    node -> node.put("reason", "not given"))),
                    EventType.of("Deposited", Deposited.class),
                    EventType.of("Withdrawn", Withdrawn.class));

    @BeforeEach
    void open() throws IOException {
        log = EventLog.open(new SimulatedLogDevice(disk, 2));
        accounts = new Aggregates<>(log, "account", new Deciding(), TYPES, () -> now);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private Handled<Account> handle(String key, UUID id, Command command) throws Exception {
        return accounts.handle(key, id, command, EventData.Context.NONE, LONG);
    }

    private static <S> Handled<S> done(S state, long version) {
        return new Handled.Done<>(new At<>(state, version));
    }

    @Test
    void aStateIsTheSumOfItsEvents() throws Exception {
        assertThat(handle("42", id(1), new Create("Ada")))
                .isEqualTo(done(new Account("Ada", 0), 1));
        handle("42", id(2), new Deposit(500));
        assertThat(handle("42", id(3), new Withdraw(200)))
                .isEqualTo(done(new Account("Ada", 300), 3));
        assertThat(handle("42", id(4), new Withdraw(301)))
                .isEqualTo(new Handled.Rejected<>("only 300 there", accounts.state("42")));
        assertThat(handle("42", id(5), new Deposit(0))).isEqualTo(done(new Account("Ada", 300), 3));
        assertThat(accounts.state("43")).isEqualTo(new At<>(new Account("", 0), 0));
    }

    @Test
    void theSameCommandIsDoneOnce() throws Exception {
        handle("42", id(1), new Create("Ada"));
        handle("42", id(2), new Deposit(500));
        handle("42", id(3), new Deposit(500));

        assertThat(handle("42", id(2), new Deposit(500)))
                .isEqualTo(done(new Account("Ada", 1000), 3));
        assertThat(log.version(new StreamId("account", "42"))).isEqualTo(3);
    }

    @Test
    void aCommandThatSomebodyElseHasJustDoneIsToldWithWhatCameOfIt() throws Exception {
        log.close();
        var others = new AtomicBoolean(true);
        var device =
                new DelegatingLogDevice(new SimulatedLogDevice(disk, 2)) {
                    @Override
                    public Event.@Nullable Place find(UUID event) throws IOException {
                        if (others.getAndSet(false)) { // after the state was read
                            create("Ada");
                        }
                        return super.find(event);
                    }
                };
        log = EventLog.open(device);
        accounts = new Aggregates<>(log, "account", new Deciding(), TYPES, () -> now);

        assertThat(handle("42", id(1), new Create("Grace")))
                .isEqualTo(done(new Account("Ada", 0), 1));
    }

    private void create(String owner) throws IOException {
        try {
            handle("42", id(1), new Create(owner));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Test
    void aPastStateIsToBeHad() throws Exception {
        handle("42", id(1), new Create("Ada"));
        for (var i = 2; i <= 5; i++) {
            now = now.plusSeconds(60);
            handle("42", id(i), new Deposit(100));
        }
        assertThat(accounts.stateAt("42", 3)).isEqualTo(new At<>(new Account("Ada", 200), 3));
        assertThat(accounts.stateAt("42", 99)).isEqualTo(accounts.state("42"));
        assertThat(accounts.stateAt("42", now.minusSeconds(61)))
                .isEqualTo(new At<>(new Account("Ada", 200), 3));
        assertThat(accounts.stateAt("42", Instant.EPOCH))
                .isEqualTo(new At<>(new Account("", 0), 0));
    }

    /** Who was second decides anew on what the first has left. */
    @Test
    void manyWithdrawNoMoreThanThereIs() throws Exception {
        handle("42", id(1), new Create("Ada"));
        handle("42", id(2), new Deposit(1000));
        var paid = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (var i = 0; i < 8; i++) {
                var writer = i;
                all.add(
                        threads.submit(() -> {
                            for (var n = 0; n < 5; n++) {
                                var id = new UUID(writer + 1, n);
                                Handled<Account> handled;
                                do {
                                    handled = handle("42", id, new Withdraw(60));
                                } while (handled instanceof Handled.NotNow);
                                if (handled instanceof Handled.Done) {
                                    paid.addAndGet(60);
                                }
                            }
                            return true;
                        }));
            }
            for (var one : all) {
                one.get();
            }
        }
        assertThat(paid).hasValue(960);
        assertThat(accounts.state("42").state().cents()).isEqualTo(40);
    }

    @Test
    void oldSchemasAreReadForEver() throws Exception {
        handle("42", id(1), new Create("Ada"));
        written("OwnerChanged", 1, "{\"name\":\"Bob\"}");
        assertThat(accounts.state("42").state().owner()).isEqualTo("Bob");
        written("OwnerChanged", 2, "{\"owner\":\"Cleo\"}");
        assertThat(accounts.state("42").state().owner()).isEqualTo("Cleo");
        written(
                "OwnerChanged",
                4,
                "{\"owner\":\"Dora\",\"reason\":\"sold\",\"price\":{\"eur\":1}}");
        assertThat(accounts.state("42").state().owner()).isEqualTo("Dora");

        var old = event("OwnerChanged", 1, "{\"name\":\"Bob\"}");
        assertThat(TYPES.event(old)).isEqualTo(new OwnerChanged("Bob", "not given"));
    }

    @Test
    void whatIsNotKnownIsKeptAndChangesNothing() throws Exception {
        handle("42", id(1), new Create("Ada"));
        written("InterestPaid", 1, "{\"cents\":5}");

        assertThat(accounts.state("42")).isEqualTo(new At<>(new Account("Ada", 0), 2));
        assertThat(handle("42", id(2), new Deposit(10))).isEqualTo(done(new Account("Ada", 10), 3));
        assertThat(log.readStream(new StreamId("account", "42"), 2, 1).getFirst().data().type())
                .isEqualTo("InterestPaid");
    }

    @Test
    void whatIsNotWrittenAsItsTypeIsIsNotGuessed() throws Exception {
        for (var payload : List.of("", "7", "[]", "{\"cents\":\"x\"}", "{}", "{\"cents\":1")) {
            assertThatThrownBy(() -> TYPES.event(event("Deposited", 1, payload)))
                    .as(payload)
                    .isInstanceOf(UnreadableEventException.class)
                    .hasMessageContaining("cannot read Deposited");
        }
        assertThat(TYPES.event(event("Deposited", 1, "{\"cents\":12}")))
                .isEqualTo(new Deposited(12));
    }

    private void written(String type, int schema, String payload) throws Exception {
        var append =
                Append.to(
                        new StreamId("account", "42"),
                        Expected.any(),
                        List.of(event(type, schema, payload)));
        assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
    }

    private EventData event(String type, int schema, String payload) {
        var id = UUID.nameUUIDFromBytes((type + schema + payload).getBytes(UTF_8));
        return new EventData(id, type, schema, now, EventData.Context.NONE, Payload.of(payload));
    }

    private static UUID id(int number) {
        return new UUID(77, number);
    }
}
