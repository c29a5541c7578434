package dev.lumiere.examples.accounts;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.AppendOutcome.Conflict;
import dev.lumiere.eventlog.AppendOutcome.IdTaken;
import dev.lumiere.eventlog.AppendOutcome.Refused;
import dev.lumiere.eventlog.AppendOutcome.Unknown;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled.Done;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled.NotNow;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled.Rejected;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.examples.accounts.AccountCommand.ChangeOwner;
import dev.lumiere.examples.accounts.AccountCommand.Create;
import dev.lumiere.examples.accounts.AccountCommand.Deposit;
import dev.lumiere.examples.accounts.AccountCommand.Withdraw;
import dev.lumiere.examples.accounts.AccountEvent.DepositPerformed;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One day of Ada's account, told as it happens. */
final class Story {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final StreamId ADAS = new StreamId("account", "ada");

    private final Path folder;
    private final InstantSource clock;
    private final PrintStream out;

    Story(Path folder, InstantSource clock, PrintStream out) {
        this.folder = folder;
        this.clock = clock;
        this.out = out;
    }

    void tell() throws IOException, InterruptedException, ExecutionException {
        // @start region="open"
        try (var log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4))) {
            var accounts =
                    new Aggregates<>(log, "account", new AccountRules(), AccountEvent.TYPES, clock);
            // @end region="open"
            stateFromEvents(accounts, log);
            appendByHand(log);
            balancesAndReplica(log, accounts);
            twoWritersRace(log, accounts);
            statesOfThePast(accounts);
        }
    }

    // --- state restored from events
    // ---------------------------------------------------------------

    private void stateFromEvents(
            Aggregates<AccountCommand, Account, AccountEvent> accounts, EventLog log)
            throws IOException, InterruptedException {
        title("State restored from events");
        // @start region="handle"
        handle(accounts, "ada", new Create("Ada"));
        handle(accounts, "ada", new Deposit(100_00));
        handle(accounts, "ada", new Withdraw(30_00));
        handle(accounts, "ada", new Withdraw(80_00));
        handle(accounts, "ada", new ChangeOwner("Grace"));
        // @end region="handle"

        // @start region="read"
        for (var event : log.readStream(ADAS, 1, 100)) {
            out.printf(
                    "  %d  %s %s\n", event.version(), event.data().type(), event.data().payload());
        }
        var now = accounts.state("ada");
        // @end region="read"
        out.printf("they add up to %s, version %d\n", now.state(), now.version());
    }

    // @start region="outcome"
    private void handle(
            Aggregates<AccountCommand, Account, AccountEvent> accounts,
            String key,
            AccountCommand command)
            throws IOException, InterruptedException {
        var id = UUID.randomUUID(); // given again, the command is done once
        switch (accounts.handle(key, id, command, EventData.Context.NONE, PATIENCE)) {
            case Done(var after) -> out.printf("%s: %s\n", command, after.state());
            case Rejected(var why, _) -> out.printf("%s: rejected, %s\n", command, why);
            case NotNow(var outcome) -> out.printf("%s: not now, %s\n", command, outcome);
        }
    }

    // @end region="outcome"

    // --- an append by hand
    // ------------------------------------------------------------------------

    private void appendByHand(EventLog log) throws IOException, InterruptedException {
        title("An append by hand");
        // @start region="append"
        var deposit =
                AccountEvent.TYPES.data(
                        UUID.randomUUID(),
                        clock.instant(),
                        EventData.Context.NONE,
                        new DepositPerformed(5_00));
        var append = Append.to(ADAS, Expected.version(4), List.of(deposit));
        for (var i = 0; i < 2; i++) {
            switch (log.append(append, PATIENCE)) {
                case Appended(var places, var repeated) ->
                        out.printf(
                                "appended at %s%s\n", places, repeated ? ", as it was before" : "");
                case Conflict(var stream, _, var actual) ->
                        out.printf("%s is at version %d by now: decide anew\n", stream, actual);
                case IdTaken(var id, var at) ->
                        out.printf("another append had %s, at %s\n", id, at);
                case Refused(var reason) -> out.printf("nothing was appended: %s\n", reason);
                case Unknown(var reason) ->
                        out.printf("send the same again, the ids tell: %s\n", reason);
            }
        }
        var outdated = Append.to(ADAS, Expected.version(4), List.of(again(deposit)));
        // @end region="append"
        if (log.append(outdated, PATIENCE) instanceof Conflict(var stream, _, var actual)) {
            out.printf("expected at version 4, %s is at version %d: conflict\n", stream, actual);
        }
    }

    private static EventData again(EventData data) {
        return new EventData(
                UUID.randomUUID(),
                data.type(),
                data.schema(),
                data.time(),
                data.context(),
                data.payload());
    }

    // --- a balance view and a replica that dies --------------------------------------------------

    private void balancesAndReplica(
            EventLog log, Aggregates<AccountCommand, Account, AccountEvent> accounts)
            throws IOException, InterruptedException {
        title("A balance view, and a replica that dies and recovers");
        // @start region="view"
        try (var here = View.open(folder.resolve("here"), log, new Balances());
                var there = View.open(folder.resolve("there"), log, new Balances())) {
            here.waitFor(log.end(), PATIENCE);
            there.waitFor(log.end(), PATIENCE);
            out.printf("here %d cents, there %d cents\n", balance(here), balance(there));
        }
        // @end region="view"

        delete(folder.resolve("there"));
        out.print("the replica there is lost with its disk\n");
        handle(accounts, "ada", new Withdraw(15_00));

        // @start region="recover"
        try (var here = View.open(folder.resolve("here"), log, new Balances());
                var there = View.open(folder.resolve("there"), log, new Balances())) {
            var end = log.end();
            out.printf(
                    "recovered: %b, %b\n",
                    here.waitFor(end, PATIENCE), there.waitFor(end, PATIENCE));
            out.printf("here %d cents, there %d cents\n", balance(here), balance(there));
        }
        // @end region="recover"
    }

    private static long balance(View balances) throws IOException {
        return balances.read(index -> Balances.of("ada", index));
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (var files = Files.walk(folder)) {
            all = new ArrayList<>(files.toList());
        }
        for (var file : all.reversed()) {
            Files.delete(file);
        }
    }

    // --- two writers race
    // -------------------------------------------------------------------------

    private void twoWritersRace(
            EventLog log, Aggregates<AccountCommand, Account, AccountEvent> accounts)
            throws IOException, InterruptedException, ExecutionException {
        title("Two writers race");
        // @start region="race"
        var seen = accounts.state("ada").version();
        var start = new CyclicBarrier(2);
        var outcomes = new ArrayList<Future<Object>>();
        try (var cards = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var card = 0; card < 2; card++) {
                outcomes.add(
                        cards.submit(() -> {
                            var withdrawal = withdrawal(40_00); // both have seen 60.00
                            start.await();
                            return log.append(
                                    Append.to(ADAS, Expected.version(seen), List.of(withdrawal)),
                                    PATIENCE);
                        }));
            }
        }
        // @end region="race"
        var conflicts = 0;
        for (var outcome : outcomes) {
            conflicts += outcome.get() instanceof Conflict ? 1 : 0;
        }
        out.printf("both saw version %d and took 40.00: %d conflict\n", seen, conflicts);
        out.print("who was second looks again and decides anew:\n");
        handle(accounts, "ada", new Withdraw(40_00));
    }

    private EventData withdrawal(long cents) {
        return AccountEvent.TYPES.data(
                UUID.randomUUID(),
                clock.instant(),
                EventData.Context.NONE,
                new AccountEvent.WithdrawalPerformed(cents));
    }

    // --- states of the past
    // -----------------------------------------------------------------------

    private void statesOfThePast(Aggregates<AccountCommand, Account, AccountEvent> accounts)
            throws IOException {
        title("States of the past");
        // @start region="past"
        var afterTheDeposit = accounts.stateAt("ada", 2);
        var atNoon = accounts.stateAt("ada", Instant.parse("2026-11-29T12:00:00Z"));
        // @end region="past"
        out.printf("after version 2: %s\n", afterTheDeposit.state());
        out.printf("at noon: %s, version %d\n", atNoon.state(), atNoon.version());
    }

    private void title(String text) {
        out.print("\n");
        out.print("# " + text + "\n");
    }
}
