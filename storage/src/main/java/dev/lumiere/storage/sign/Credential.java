package dev.lumiere.storage.sign;

/**
 * A key pair of an account.
 *
 * @param accessKey public
 * @param secretKey never logged, never shown but once
 * @param account whose it is
 * @param isEnabled whether it still signs anything
 */
public record Credential(String accessKey, String secretKey, String account, boolean isEnabled) {
    @Override
    public String toString() {
        return accessKey + " of " + account;
    }
}
