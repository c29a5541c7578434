package dev.lumiere.systemtest;

/** Two nodes with one PostgreSQL and one S3, each of which has a part of the catalog. */
class SharedStorageInPartsTest extends SharedStorageOnPostgresTest {
    @Override
    int catalogCopies() {
        return 1;
    }
}
