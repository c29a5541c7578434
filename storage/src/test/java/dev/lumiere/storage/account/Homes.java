package dev.lumiere.storage.account;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Nodes with homes of their own on one log, closed together. */
final class Homes implements AutoCloseable {
    private final SecureRandom random = new SecureRandom();
    private final Path folder;
    private final List<Accounts> open = new ArrayList<>();
    final EventLog log;
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    Homes(Path folder) throws IOException {
        this.folder = folder;
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
    }

    Path home(String name) {
        return folder.resolve(name);
    }

    /** All seal alike. */
    Accounts accounts(String name) throws IOException, InterruptedException {
        return accounts(name, log);
    }

    /** As a node that sees the log so. */
    Accounts accounts(String name, EventLog seen) throws IOException, InterruptedException {
        return accounts(name, seen, SecretSeal.in(folder, random));
    }

    Accounts accountsSealedAlone(String name) throws IOException, InterruptedException {
        return accounts(name, log, SecretSeal.in(home(name), random));
    }

    private Accounts accounts(String name, EventLog seen, SecretSeal seal)
            throws IOException, InterruptedException {
        var accounts = Accounts.open(home(name).resolve("views"), seen, seal, random, () -> now);
        open.add(accounts);
        return accounts;
    }

    static void assertRefused(String problem, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(Problem.Refused.class).hasMessage(problem);
    }

    @Override
    public void close() throws IOException {
        open.forEach(Accounts::close);
        log.close();
    }
}
