package dev.lumiere.eventlog.personal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.EnumSet;

/** The key by which the keys of subjects are wrapped: 32 bytes in a file. */
final class MasterKey {
    private static final byte[] MARK = "lumiere".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MARKED = "lumiere.master.1".getBytes(StandardCharsets.US_ASCII);

    private final SubjectKey key;

    private MasterKey(SubjectKey key) {
        this.key = key;
    }

    /**
     * Reads it.
     *
     * @throws IOException if it is no such file, or others than its owner may read it
     */
    static MasterKey read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no master key of 32 random bytes: " + file);
        }
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(Files.getPosixFilePermissions(file));
        permissions.remove(PosixFilePermission.OWNER_READ);
        permissions.remove(PosixFilePermission.OWNER_WRITE);
        if (!permissions.isEmpty()) {
            throw new IOException("%s is not of mode 0600: %s".formatted(file, permissions));
        }
        var bytes = Files.readAllBytes(file);
        if (bytes.length != SubjectKey.KEY_BYTES) {
            throw new IOException("no master key of 32 bytes: " + file);
        }
        return new MasterKey(new SubjectKey("master", bytes));
    }

    /** A subject's key as it may be kept. */
    byte[] wrap(String subject, String id, byte[] bytes) {
        return key.seal(bytes, Personal.associated(subject, id));
    }

    /**
     * A subject's key as it was wrapped.
     *
     * @throws GeneralSecurityException if another master key did, or it was another subject's
     */
    SubjectKey unwrap(String subject, String id, byte[] wrapped) throws GeneralSecurityException {
        return new SubjectKey(id, key.open(wrapped, Personal.associated(subject, id)));
    }

    /** By which it is known again. */
    byte[] mark() {
        return key.seal(MARK, MARKED);
    }

    boolean isMark(byte[] mark) {
        try {
            key.open(mark, MARKED);
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
