package dev.lumiere.storage.account;

/** Charges accounts for what they use. */
@FunctionalInterface
public interface Meter {
    /** Charges nobody: metering is off unless it is switched on. */
    Meter OFF = (_, _) -> {};

    /**
     * Charges for one use, before it.
     *
     * @param credits at least 0
     * @throws dev.lumiere.service.Problem.Refused 419 if there are not so many
     */
    void charge(String account, long credits);
}
