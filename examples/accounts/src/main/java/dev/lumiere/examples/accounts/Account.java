package dev.lumiere.examples.accounts;

/**
 * What an account's events add up to.
 *
 * @param owner empty while there is none
 */
record Account(String owner, long cents) {
    static final Account NONE = new Account("", 0);

    boolean exists() {
        return !owner.isEmpty();
    }
}
