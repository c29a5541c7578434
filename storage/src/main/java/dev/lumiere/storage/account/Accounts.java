package dev.lumiere.storage.account;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.account.AccountCommand.ChangeOwner;
import dev.lumiere.storage.account.AccountCommand.Create;
import dev.lumiere.storage.account.AccountCommand.CreateKey;
import dev.lumiere.storage.account.AccountCommand.Deposit;
import dev.lumiere.storage.account.AccountCommand.DisableKey;
import dev.lumiere.storage.account.AccountCommand.EnableKey;
import dev.lumiere.storage.account.AccountCommand.RotateKey;
import dev.lumiere.storage.account.AccountCommand.Withdraw;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.KeyScope;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All accounts there are. What is changed is an event in the log before it is answered; this node
 * then goes by it at once, other nodes a moment later, or after {@link #catchUp}. Refusals are 400
 * for what can never be done, 404 for no such account or key, 409 for what the account as it is
 * does not allow, 503 while the log cannot be reached; no change is refused before this node has
 * caught up. All block but {@link #find}.
 */
public final class Accounts implements KeyRing, AutoCloseable {
    private static final Duration AT_MOST = Duration.ofSeconds(10);
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int KEY_LENGTH = 40;
    private static final int SNAPSHOT_EVERY = 100;
    private static final int TURNS = 64;

    private final EventLog log;
    private final Aggregates<AccountCommand, Account, AccountEvent> accounts;
    private final SecretSeal seal;
    private final SecureRandom random;
    private final KnownKeys keys;
    private final View view;
    private final CatchUp others;

    /** Who changes one account here takes turns; only other nodes can be first then. */
    private final Object[] turns = Stream.generate(Object::new).limit(TURNS).toArray();

    private Accounts(
            EventLog log,
            SecretSeal seal,
            SecureRandom random,
            InstantSource clock,
            KnownKeys keys,
            View view) {
        this.log = log;
        this.seal = seal;
        this.random = random;
        this.keys = keys;
        this.view = view;
        others = new CatchUp(log, view);
        accounts =
                new Aggregates<>(
                                log,
                                AccountEvent.CATEGORY,
                                new AccountRules(),
                                AccountEvent.TYPES,
                                clock)
                        .withSnapshots(Account.class, 3, SNAPSHOT_EVERY);
    }

    /**
     * Opens the view of a log that keys are found in, or begins it; it follows the log. To be
     * closed before the log.
     *
     * @param folder of views
     * @param random of which keys are made
     * @throws IOException if it cannot be opened
     */
    public static Accounts open(
            Path folder, EventLog log, SecretSeal seal, SecureRandom random, InstantSource clock)
            throws IOException, InterruptedException {
        var keys = new KnownKeys(seal);
        var view = View.open(folder, log, new KeyProjection(keys));
        try {
            view.read(index -> {
                KeyProjection.tell(index, keys);
                return true;
            });
            return new Accounts(log, seal, random, clock, keys, view);
        } catch (IOException | RuntimeException e) {
            try (view) {
                throw e;
            }
        }
    }

    /** Made of the log, by which it is known how far this node is. */
    public View view() {
        return view;
    }

    @Override
    public @Nullable Credential find(String accessKey) {
        return keys.find(accessKey);
    }

    @Override
    public @Nullable Credential lookUp(String accessKey) {
        var key = keys.find(accessKey);
        var signs = key != null && key.isEnabled();
        return !signs && catchUp() ? keys.find(accessKey) : key;
    }

    @Override
    public boolean stillSigns(String accessKey) {
        try {
            if (view.stopped() == null) {
                view.waitFor(log.end(), HEARD_WITHIN); // else by what is known
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return KeyRing.super.stillSigns(accessKey);
    }

    /**
     * Waits, two seconds at most, until this node knows what other nodes have done and answered
     * before. Cheap for many at once, who share questions to the log.
     *
     * @return false if there is nothing new for sure, as nobody else writes to the log, or if the
     *     log does not tell in time
     */
    public boolean catchUp() {
        try {
            return others.now();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Makes an account with one key.
     *
     * @param account 1 to 64 of {@code a-z}, digits and hyphens
     * @param owner 1 to 256 characters
     * @return the key, whose secret is not shown again
     */
    public Credential create(String account, String owner) {
        var key = newKey(account, KeyScope.ALL);
        create(account, UUID.randomUUID(), owner, key);
        return key;
    }

    /** As {@link #create}, but known again by its id, and then with the key of the first time. */
    Account create(String account, UUID id, String owner, Credential key) {
        return handle(account, id, new Create(owner, key.accessKey(), sealed(key)));
    }

    public void changeOwner(String account, String owner) {
        handle(account, UUID.randomUUID(), new ChangeOwner(owner));
    }

    /** Makes one more key, for everything; its secret is not shown again. */
    public Credential createKey(String account) {
        return createKey(account, KeyScope.ALL);
    }

    /** Makes one more key; its secret is not shown again. */
    public Credential createKey(String account, KeyScope scope) {
        var key = newKey(account, scope);
        handle(account, UUID.randomUUID(), new CreateKey(key.accessKey(), sealed(key), scope));
        return key;
    }

    /** Until it is enabled again; nothing if it is disabled. */
    public void disableKey(String account, String accessKey) {
        handle(account, UUID.randomUUID(), new DisableKey(accessKey));
    }

    /** Nothing if it is. */
    public void enableKey(String account, String accessKey) {
        handle(account, UUID.randomUUID(), new EnableKey(accessKey));
    }

    /** Makes a key of the same scope in the place of another, which signs nothing from now on. */
    public Credential rotateKey(String account, String accessKey) {
        var old = state(account).keys().get(accessKey);
        if (old == null && catchUp()) {
            old = state(account).keys().get(accessKey);
        }
        if (old == null) {
            throw Problem.notFound("no such key: " + accessKey).refused();
        }
        var key = newKey(account, old.scope());
        handle(
                account,
                UUID.randomUUID(),
                new RotateKey(accessKey, key.accessKey(), sealed(key), key.scope()));
        return key;
    }

    /**
     * Adds to what is prepaid.
     *
     * @param id by which the same deposit is known again, and not made twice
     * @param credits at least 1
     * @param reason up to 256 characters
     */
    public Account deposit(String account, UUID id, long credits, String reason) {
        return handle(account, id, new Deposit(credits, reason));
    }

    /**
     * Takes of what is prepaid, all or nothing.
     *
     * @param id by which the same withdrawal is known again, and not made twice
     * @param credits at least 1
     * @param reason up to 256 characters
     * @return whether so much was there
     */
    public boolean withdraw(String account, UUID id, long credits, String reason) {
        return switch (tryTo(account, id, new Withdraw(credits, reason))) {
            case Handled.Done<Account> _ -> true;
            case Handled.Rejected<Account> _ -> false;
            case Handled.NotNow(var outcome) -> throw unavailable(outcome.toString());
        };
    }

    /** As it is now. */
    public Account state(String account) {
        return existing(() -> {
            var now = accounts.state(checked(account)).state();
            return now.exists() || !catchUp() ? now : accounts.state(account).state();
        });
    }

    /** As it was at that time. */
    public Account stateAt(String account, Instant time) {
        return existing(() -> accounts.stateAt(checked(account), time).state());
    }

    /**
     * What has happened to it.
     *
     * @param from version, from 1
     * @param max how many at most
     */
    public List<Event> history(String account, long from, int max) {
        var stream = new StreamId(AccountEvent.CATEGORY, checked(account));
        return read(() -> log.readStream(stream, from, max));
    }

    /**
     * Names of accounts, in an order that does not change.
     *
     * @param after one of them, the last of a page before; null for the first page
     * @param max how many at most
     */
    public List<String> names(@Nullable String after, int max) {
        var last = after == null ? null : new StreamId(AccountEvent.CATEGORY, checked(after));
        return read(() ->
                log.streams(AccountEvent.CATEGORY + "-", last, max).stream()
                        .map(head -> head.stream().key())
                        .toList());
    }

    /** The first key an account has made of those that sign everything; null if there is none. */
    @Nullable Credential oldestKey(String account, Account state) throws IOException {
        for (var key : state.keys().entrySet()) {
            if (key.getValue().isEnabled() && key.getValue().scope().allowsAll()) {
                var opened = keys.opened(account, key.getKey(), key.getValue());
                if (opened == null) {
                    throw new IOException(
                            "the secrets of this log were sealed with another secrets.key than"
                                    + " that of this home: copy it from the node that began the"
                                    + " log, or give all nodes the same storage.secretsKey");
                }
                return opened;
            }
        }
        return null;
    }

    Credential newKey(String account, KeyScope scope) {
        return new Credential(randomText(), randomText(), checked(account), true, scope);
    }

    private String randomText() {
        var text = new StringBuilder(KEY_LENGTH);
        for (var i = 0; i < KEY_LENGTH; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private String sealed(Credential key) {
        return seal.seal(
                key.account(), KnownKeys.use(key.accessKey(), key.scope()), key.secretKey());
    }

    private static String checked(String account) {
        if (!NAME.matcher(account).matches()) {
            throw Problem.badRequest(
                            "name of an account is not 1 to 64 of a-z, 0-9 and hyphens: " + account)
                    .refused();
        }
        return account;
    }

    private Account handle(String account, UUID id, AccountCommand command) {
        return switch (tryTo(account, id, command)) {
            case Handled.Done(var after) -> after.state();
            case Handled.Rejected(var why, _) -> throw Problem.of(409, why).refused();
            case Handled.NotNow(var outcome) -> throw unavailable(outcome.toString());
        };
    }

    /** Refuses if there is no such account or key; else what became of it. */
    private Handled<Account> tryTo(String account, UUID id, AccountCommand command) {
        checked(account);
        var handled = decide(account, id, command);
        if (handled instanceof Handled.Rejected && catchUp()) {
            handled = decide(account, id, command); // not for what is old
        }
        if (handled instanceof Handled.Done(var after)) {
            keys.learn(account, after.state(), after.version());
        } else if (handled instanceof Handled.Rejected(var why, _) && why.startsWith("no such")) {
            throw Problem.notFound(why).refused();
        }
        return handled;
    }

    private Handled<Account> decide(String account, UUID id, AccountCommand command) {
        synchronized (turns[Math.floorMod(account.hashCode(), TURNS)]) {
            return read(
                    () -> accounts.handle(account, id, command, EventData.Context.NONE, AT_MOST));
        }
    }

    private Account existing(Reading<Account> reading) {
        var account = read(reading);
        if (!account.exists()) {
            throw Problem.notFound("no such account").refused();
        }
        return account;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException, InterruptedException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        }
    }

    private static Problem.Refused unavailable(String reason) {
        return Problem.unavailable("accounts are out of reach: " + reason, RETRY_AFTER).refused();
    }

    @Override
    public void close() {
        view.close();
    }
}
