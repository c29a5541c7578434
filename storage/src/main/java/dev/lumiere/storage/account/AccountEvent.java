package dev.lumiere.storage.account;

import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;

/** What can happen to an account. */
public sealed interface AccountEvent {
    record AccountCreated(String owner) implements AccountEvent {}

    record OwnerChanged(String owner) implements AccountEvent {}

    /**
     * A key that signs from now on.
     *
     * @param sealedSecret by {@link SecretSeal}
     */
    record KeyCreated(String accessKey, String sealedSecret) implements AccountEvent {}

    /** Of a key that never signs again. */
    record KeyDisabled(String accessKey) implements AccountEvent {}

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
                    EventType.of("DepositPerformed", DepositPerformed.class),
                    EventType.of("WithdrawalPerformed", WithdrawalPerformed.class));
}
