package dev.lumiere.examples.accounts;

import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;

// @start region="events"
/** What can happen to an account. */
sealed interface AccountEvent {
    record AccountCreated(String owner) implements AccountEvent {}

    record OwnerChanged(String owner) implements AccountEvent {}

    record DepositPerformed(long cents) implements AccountEvent {}

    record WithdrawalPerformed(long cents) implements AccountEvent {}

    /** By these names they are kept, for ever. */
    EventTypes<AccountEvent> TYPES =
            new EventTypes<>(
                    EventType.of("AccountCreated", AccountCreated.class),
                    EventType.of("OwnerChanged", OwnerChanged.class),
                    EventType.of("DepositPerformed", DepositPerformed.class),
                    EventType.of("WithdrawalPerformed", WithdrawalPerformed.class));
}
// @end region="events"
