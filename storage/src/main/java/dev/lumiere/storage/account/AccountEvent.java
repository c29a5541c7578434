package dev.lumiere.storage.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.sign.KeyScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to an account. */
public sealed interface AccountEvent {
    record AccountCreated(String owner) implements AccountEvent {}

    record OwnerChanged(String owner) implements AccountEvent {}

    /**
     * A key that signs from now on.
     *
     * @param sealedSecret by {@link SecretSeal}
     * @param acts it may be used for, by their words; those that a release does not know allow
     *     nothing there; null for all, or where buckets are named, for the first four
     * @param buckets and prefixes it may be used in, as in {@link KeyScope}; null for all
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record KeyCreated(
            String accessKey,
            String sealedSecret,
            @Nullable List<String> acts,
            @Nullable List<String> buckets)
            implements AccountEvent {
        static KeyCreated of(String accessKey, String sealedSecret, KeyScope scope) {
            return new KeyCreated(
                    accessKey,
                    sealedSecret,
                    scope.allowsAll() ? null : scope.words(),
                    scope.places().isEmpty() ? null : scope.places());
        }

        Account.Key key() {
            return new Account.Key(sealedSecret, true, KeyScope.ofEvent(acts, buckets));
        }
    }

    /** Of a key that signs nothing from now on. */
    record KeyDisabled(String accessKey) implements AccountEvent {}

    /** Of a key that was disabled and signs again. */
    record KeyEnabled(String accessKey) implements AccountEvent {}

    record DepositPerformed(long credits, String reason) implements AccountEvent {}

    record WithdrawalPerformed(long credits, String reason) implements AccountEvent {}

    /** Of their streams; the key of a stream is the account's name. */
    String CATEGORY = "storage.account";

    /** By these names they are kept, for ever. */
    EventTypes<AccountEvent> TYPES =
            new EventTypes<>(
                    EventType.of("AccountCreated", AccountCreated.class),
                    EventType.of("OwnerChanged", OwnerChanged.class),
                    EventType.of("KeyCreated", KeyCreated.class),
                    EventType.of("KeyDisabled", KeyDisabled.class),
                    EventType.of("KeyEnabled", KeyEnabled.class),
                    EventType.of("DepositPerformed", DepositPerformed.class),
                    EventType.of("WithdrawalPerformed", WithdrawalPerformed.class));
}
