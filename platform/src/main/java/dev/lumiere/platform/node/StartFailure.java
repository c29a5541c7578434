package dev.lumiere.platform.node;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The node cannot start, for a reason that its user can mend: the message says which, alone. */
public class StartFailure extends RuntimeException {
    public StartFailure(String message) {
        super(message);
    }

    /** One for something that cannot be used. */
    static StartFailure cannotUse(String what, IOException failure) {
        return new StartFailure(what + " cannot be used: " + reason(failure));
    }

    /** What went wrong with a file, in words. */
    public static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> "permission denied: " + e.getFile();
            case NoSuchFileException e -> "there is no " + e.getFile();
            case FileAlreadyExistsException e -> "there is a file in its place: " + e.getFile();
            case FileSystemException e when e.getReason() != null ->
                    e.getReason() + ": " + e.getFile();
            default -> failure.toString();
        };
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
