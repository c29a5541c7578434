package dev.lumiere.examples.accounts;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.examples.accounts.AccountEvent.DepositPerformed;
import dev.lumiere.examples.accounts.AccountEvent.WithdrawalPerformed;
import java.io.IOException;

// @start region="balances"
/** The balance of every account, by its key. */
final class Balances implements Projection {
    @Override
    public String name() {
        return "balances";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        if (!event.stream().category().equals("account")) {
            return;
        }
        var change =
                switch (AccountEvent.TYPES.event(event.data())) {
                    case DepositPerformed(var cents) -> cents;
                    case WithdrawalPerformed(var cents) -> -cents;
                    case null, default -> 0L; // another event, or one of a later time
                };
        var key = event.stream().key();
        index.put(key, Long.toString(of(key, index) + change));
    }

    /** In cents; 0 if there is no such account. */
    static long of(String key, Index index) throws IOException {
        var balance = index.get(key);
        return balance == null ? 0 : Long.parseLong(balance);
    }
}
// @end region="balances"
