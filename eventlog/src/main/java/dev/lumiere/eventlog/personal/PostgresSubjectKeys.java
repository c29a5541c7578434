package dev.lumiere.eventlog.personal;

import dev.lumiere.eventlog.postgres.ConnectionPool;
import dev.lumiere.eventlog.postgres.PostgresDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys of subjects in a PostgreSQL database, for any number of nodes: a row for each subject, named
 * by its SHA-256, the key in it wrapped by a master key that every node has in a file and the
 * database has not. Who seals always asks the database, so that nothing is sealed for a subject
 * whose erasure has returned; who reveals may use a key that was asked for up to 10 s before. So
 * what was erased at one node can be revealed at no other 10 s later.
 *
 * <p><b>What may still hold a key that was erased:</b> the row's former version until the table is
 * vacuumed, the write-ahead log until it is recycled, and replicas' and backups' copies of both for
 * as long as they are kept. Those are of use only to who has the master key too: never put it into
 * the database or into its backups, and keep these for as short a time as an erasure may take.
 * After the database was restored to an earlier time, what was erased since is to be erased again.
 */
public final class PostgresSubjectKeys implements SubjectKeys, AutoCloseable {
    static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 4;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

    private final Path masterKey;
    private final MasterKey master;
    private final ConnectionPool connections;
    private final SubjectTable table;
    private final RememberedKeys remembered;

    /**
     * Opens the keys in a database, or begins where there are none.
     *
     * @param database where they are, beside a log or not
     * @param masterKey a file of 32 random bytes that only its owner may read, the same at all
     *     nodes
     * @throws IOException if the database cannot be used, or has keys of another master key
     */
    public PostgresSubjectKeys(PostgresDatabase database, Path masterKey) throws IOException {
        this(database, masterKey, System::nanoTime);
    }

    PostgresSubjectKeys(PostgresDatabase database, Path masterKey, LongSupplier clock)
            throws IOException {
        this.masterKey = masterKey;
        master = MasterKey.read(masterKey);
        remembered = new RememberedKeys(REMEMBERED, clock);
        connections = new ConnectionPool(database, CONNECTIONS, ANSWERED_WITHIN);
        table = new SubjectTable(connections, database);
        var done = false;
        try {
            table.create();
            if (!master.isMark(table.mark(master.mark()))) {
                throw notOurs(database.toString(), null);
            }
            done = true;
        } catch (SQLException e) {
            throw connections.failure("open the keys in", e);
        } finally {
            if (!done) {
                connections.close();
            }
        }
    }

    private IOException notOurs(String what, @Nullable Exception cause) {
        return new IOException(
                "not wrapped by the master key %s: %s".formatted(masterKey, what), cause);
    }

    @Override
    public SubjectKey keyOf(String subject) throws IOException {
        return switch (rowOf(Personal.checked(subject))) {
            case SubjectTable.Row.Kept kept -> unwrapped(subject, kept);
            case SubjectTable.Row.Erased() -> throw new ErasedSubjectException(subject);
        };
    }

    /** Made if there was none. */
    private SubjectTable.Row rowOf(String subject) throws IOException {
        var there = row(subject);
        if (there != null) {
            return there;
        }
        var id = UUID.randomUUID();
        var wrapped = master.wrap(subject, id.toString(), SubjectKey.randomBytes());
        try {
            table.put(Personal.hash(subject), id, wrapped);
        } catch (SQLException e) {
            throw connections.failure("keep a key in", e);
        }
        var made = row(subject); // or that of who was faster
        if (made == null) {
            throw new IOException("the row of this subject was deleted meanwhile: " + subject);
        }
        return made;
    }

    @Override
    public Found find(String subject, String id) throws IOException {
        var key = remembered.of(subject);
        if (key == null) {
            var asking = remembered.asking();
            switch (row(subject)) {
                case null -> {
                    return new Found.Unknown();
                }
                case SubjectTable.Row.Erased() -> {
                    return new Found.Erased();
                }
                case SubjectTable.Row.Kept kept -> key = unwrapped(subject, kept);
            }
            remembered.remember(subject, key, asking);
        }
        return key.id().equals(id) ? new Found.Present(key) : new Found.Unknown();
    }

    private SubjectTable.@Nullable Row row(String subject) throws IOException {
        try {
            return table.row(Personal.hash(subject));
        } catch (SQLException e) {
            throw connections.failure("ask for a key in", e);
        }
    }

    private SubjectKey unwrapped(String subject, SubjectTable.Row.Kept kept) throws IOException {
        try {
            return master.unwrap(subject, kept.id().toString(), kept.wrapped().toByteArray());
        } catch (GeneralSecurityException e) {
            throw notOurs("key " + kept.id(), e);
        }
    }

    /** {@inheritDoc} If it fails, it is not known whether it was erased: do it again. */
    @Override
    public void erase(String subject) throws IOException {
        try {
            table.erase(Personal.hash(Personal.checked(subject)));
        } catch (SQLException e) {
            throw connections.failure("erase a key in", e);
        } finally {
            remembered.forget(subject);
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
