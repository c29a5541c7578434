package dev.lumiere.storage.account;

import dev.lumiere.eventlog.aggregate.Decider;
import dev.lumiere.storage.account.AccountCommand.ChangeOwner;
import dev.lumiere.storage.account.AccountCommand.Create;
import dev.lumiere.storage.account.AccountCommand.CreateKey;
import dev.lumiere.storage.account.AccountCommand.Deposit;
import dev.lumiere.storage.account.AccountCommand.DisableKey;
import dev.lumiere.storage.account.AccountCommand.EnableKey;
import dev.lumiere.storage.account.AccountCommand.RotateKey;
import dev.lumiere.storage.account.AccountCommand.Withdraw;
import dev.lumiere.storage.account.AccountEvent.AccountCreated;
import dev.lumiere.storage.account.AccountEvent.DepositPerformed;
import dev.lumiere.storage.account.AccountEvent.KeyCreated;
import dev.lumiere.storage.account.AccountEvent.KeyDisabled;
import dev.lumiere.storage.account.AccountEvent.KeyEnabled;
import dev.lumiere.storage.account.AccountEvent.OwnerChanged;
import dev.lumiere.storage.account.AccountEvent.WithdrawalPerformed;
import dev.lumiere.storage.sign.KeyScope;
import java.util.List;

/** How an account changes. */
final class AccountRules implements Decider<AccountCommand, Account, AccountEvent> {
    static final int MAX_KEYS = 1000;

    @Override
    public Account initial() {
        return Account.NONE;
    }

    @Override
    public List<AccountEvent> decide(AccountCommand command, Account account) throws Rejected {
        if (account.exists() == command instanceof Create) {
            throw new Rejected(account.exists() ? "there is one already" : "no such account");
        }
        return switch (command) {
            case Create(var owner, var accessKey, var sealed) ->
                    List.of(
                            new AccountCreated(owner),
                            KeyCreated.of(accessKey, sealed, KeyScope.ALL));
            case ChangeOwner(var owner) ->
                    owner.equals(account.owner()) ? List.of() : List.of(new OwnerChanged(owner));
            case CreateKey(var accessKey, var sealed, var scope) ->
                    List.of(created(accessKey, sealed, scope, account));
            case DisableKey(var accessKey) ->
                    signs(accessKey, account) ? List.of(new KeyDisabled(accessKey)) : List.of();
            case EnableKey(var accessKey) ->
                    signs(accessKey, account) ? List.of() : List.of(new KeyEnabled(accessKey));
            case RotateKey(var old, var accessKey, var sealed, var scope) -> {
                if (!signs(old, account)) {
                    throw new Rejected("key is disabled: " + old);
                }
                yield List.of(created(accessKey, sealed, scope, account), new KeyDisabled(old));
            }
            case Deposit(var credits, var reason) -> {
                if (credits > Long.MAX_VALUE - account.credits()) {
                    throw new Rejected("that is more than can be counted: " + credits);
                }
                yield List.of(new DepositPerformed(credits, reason));
            }
            case Withdraw(var credits, var reason) -> {
                if (credits > account.credits()) {
                    throw new Rejected("only %d credits are there".formatted(account.credits()));
                }
                yield List.of(new WithdrawalPerformed(credits, reason));
            }
        };
    }

    private static KeyCreated created(
            String accessKey, String sealed, KeyScope scope, Account account) throws Rejected {
        if (account.keys().size() >= MAX_KEYS) {
            throw new Rejected("there are %d keys already".formatted(MAX_KEYS));
        }
        return KeyCreated.of(accessKey, sealed, scope);
    }

    private static boolean signs(String accessKey, Account account) throws Rejected {
        if (!account.keys().containsKey(accessKey)) {
            throw new Rejected("no such key: " + accessKey);
        }
        return account.signsWith(accessKey);
    }

    @Override
    public Account evolve(Account account, AccountEvent event) {
        return switch (event) {
            case AccountCreated(var owner) -> new Account(owner, account.keys(), 0);
            case OwnerChanged(var owner) -> new Account(owner, account.keys(), account.credits());
            case KeyCreated created ->
                    account.keys().containsKey(created.accessKey())
                            ? account // it is made once
                            : account.with(created.accessKey(), created.key());
            case KeyDisabled(var accessKey) -> enabled(account, accessKey, false);
            case KeyEnabled(var accessKey) -> enabled(account, accessKey, true);
            case DepositPerformed(var credits, _) ->
                    account.withCredits(account.credits() + credits);
            case WithdrawalPerformed(var credits, _) ->
                    account.withCredits(account.credits() - credits);
        };
    }

    private static Account enabled(Account account, String accessKey, boolean whether) {
        var key = account.keys().get(accessKey);
        return key == null ? account : account.with(accessKey, key.enabled(whether));
    }
}
