package dev.lumiere.systemtest;

import dev.lumiere.eventlog.postgres.PostgresServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Two nodes with one PostgreSQL and one S3. */
class SharedStorageOnPostgresTest extends SharedStorageContract {
    private @Nullable PostgresServer database;

    @Override
    String device() throws Exception {
        if (database == null) {
            database = new PostgresServer();
        }
        return "postgres://postgres@127.0.0.1:" + database.port() + "/postgres";
    }

    @AfterAll
    void stopDatabase() throws IOException {
        if (database != null) {
            database.close();
        }
    }
}
