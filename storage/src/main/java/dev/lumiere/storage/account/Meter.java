package dev.lumiere.storage.account;

/** Charges accounts for what they use. */
public interface Meter {
    /** Charges nobody: metering is off unless it is switched on. */
    Meter OFF =
            new Meter() {
                @Override
                public void charge(String account, long credits) {}

                @Override
                public void giveBack(String account, long credits) {}
            };

    /**
     * Charges for one use, before it; may wait.
     *
     * @param credits at least 0
     * @throws dev.lumiere.service.Problem.Refused 402 if there are not so many, 503 if that cannot
     *     be told now
     */
    void charge(String account, long credits);

    /** What was charged for a use that came to nothing. */
    void giveBack(String account, long credits);
}
