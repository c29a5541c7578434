package dev.lumiere.platform;

/** The node cannot start, for a reason that its user can mend: the message says which, alone. */
final class StartFailure extends RuntimeException {
    StartFailure(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
