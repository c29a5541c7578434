package dev.lumiere.storage.account;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.sign.KeyScope;

/** What can be asked of an account. What could never be done is refused by 400. */
sealed interface AccountCommand {
    int MAX_OWNER = 256;
    int MAX_REASON = 256;

    record Create(String owner, String accessKey, String sealedSecret) implements AccountCommand {
        public Create {
            checkOwner(owner);
        }
    }

    record ChangeOwner(String owner) implements AccountCommand {
        public ChangeOwner {
            checkOwner(owner);
        }
    }

    record CreateKey(String accessKey, String sealedSecret, KeyScope scope)
            implements AccountCommand {}

    record DisableKey(String accessKey) implements AccountCommand {}

    record EnableKey(String accessKey) implements AccountCommand {}

    /**
     * Another key in the place of one.
     *
     * @param scope that of both
     */
    record RotateKey(String old, String accessKey, String sealedSecret, KeyScope scope)
            implements AccountCommand {}

    record Deposit(long credits, String reason) implements AccountCommand {
        public Deposit {
            check(credits, reason);
        }
    }

    record Withdraw(long credits, String reason) implements AccountCommand {
        public Withdraw {
            check(credits, reason);
        }
    }

    private static void checkOwner(String owner) {
        if (owner.isBlank() || owner.length() > MAX_OWNER) {
            throw Problem.badRequest("owner is not of 1 to %d characters".formatted(MAX_OWNER))
                    .refused();
        }
    }

    private static void check(long credits, String reason) {
        if (credits < 1) {
            throw Problem.badRequest("credits are below 1: " + credits).refused();
        }
        if (reason.length() > MAX_REASON) {
            throw Problem.badRequest("reason is over %d characters".formatted(MAX_REASON))
                    .refused();
        }
    }
}
