package dev.lumiere.examples.accounts;

import dev.lumiere.eventlog.aggregate.Decider;
import dev.lumiere.examples.accounts.AccountCommand.ChangeOwner;
import dev.lumiere.examples.accounts.AccountCommand.Create;
import dev.lumiere.examples.accounts.AccountCommand.Deposit;
import dev.lumiere.examples.accounts.AccountCommand.Withdraw;
import dev.lumiere.examples.accounts.AccountEvent.AccountCreated;
import dev.lumiere.examples.accounts.AccountEvent.DepositPerformed;
import dev.lumiere.examples.accounts.AccountEvent.OwnerChanged;
import dev.lumiere.examples.accounts.AccountEvent.WithdrawalPerformed;
import java.util.List;

/** What an account allows, and what each event makes of it. */
final class AccountRules implements Decider<AccountCommand, Account, AccountEvent> {
    @Override
    public Account initial() {
        return Account.NONE;
    }

    // @start region="decide"
    @Override
    public List<AccountEvent> decide(AccountCommand command, Account account) throws Rejected {
        if (account.exists() == command instanceof Create) {
            throw new Rejected(account.exists() ? "there is one already" : "there is no account");
        }
        return switch (command) {
            case Create(var owner) -> List.of(new AccountCreated(owner));
            case ChangeOwner(var owner) -> List.of(new OwnerChanged(owner));
            case Deposit(var cents) -> List.of(new DepositPerformed(cents));
            case Withdraw(var cents) -> {
                if (cents > account.cents()) {
                    throw new Rejected("only " + account.cents() + " cents are there");
                }
                yield List.of(new WithdrawalPerformed(cents));
            }
        };
    }

    // @end region="decide"

    // @start region="evolve"
    @Override
    public Account evolve(Account account, AccountEvent event) {
        return switch (event) {
            case AccountCreated(var owner) -> new Account(owner, 0);
            case OwnerChanged(var owner) -> new Account(owner, account.cents());
            case DepositPerformed(var cents) ->
                    new Account(account.owner(), account.cents() + cents);
            case WithdrawalPerformed(var cents) ->
                    new Account(account.owner(), account.cents() - cents);
        };
    }
    // @end region="evolve"
}
