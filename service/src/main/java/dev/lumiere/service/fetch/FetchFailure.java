package dev.lumiere.service.fetch;

/** Why nothing was fetched. */
final class FetchFailure extends Exception {
    private final transient Fetched.Nothing outcome;

    FetchFailure(String reason) {
        this(new Fetched.Failed(reason));
    }

    FetchFailure(Fetched.Nothing outcome) {
        super(outcome.toString(), null, false, false);
        this.outcome = outcome;
    }

    Fetched.Nothing outcome() {
        return outcome;
    }
}
