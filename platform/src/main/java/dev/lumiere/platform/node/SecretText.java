package dev.lumiere.platform.node;

/**
 * A setting that is never shown.
 *
 * @param text empty if it is not set
 */
record SecretText(String text) {
    boolean isSet() {
        return !text.isEmpty();
    }

    @Override
    public String toString() {
        return isSet() ? "…" : "";
    }
}
