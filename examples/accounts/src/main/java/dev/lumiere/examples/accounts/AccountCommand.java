package dev.lumiere.examples.accounts;

/** What can be asked of an account. */
sealed interface AccountCommand {
    record Create(String owner) implements AccountCommand {}

    record ChangeOwner(String owner) implements AccountCommand {}

    record Deposit(long cents) implements AccountCommand {}

    record Withdraw(long cents) implements AccountCommand {}
}
