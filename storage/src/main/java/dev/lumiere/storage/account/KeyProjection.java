package dev.lumiere.storage.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.storage.account.AccountEvent.KeyCreated;
import dev.lumiere.storage.account.AccountEvent.KeyDisabled;
import java.io.IOException;

/** Every key by {@code account/accessKey}, and told to who keeps them in memory. */
final class KeyProjection implements Projection {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 1000;

    private final KnownKeys known;

    KeyProjection(KnownKeys known) {
        this.known = known;
    }

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        if (!event.stream().category().equals(AccountEvent.CATEGORY)) {
            return;
        }
        var account = event.stream().key();
        switch (AccountEvent.TYPES.event(event.data())) {
            case KeyCreated(var accessKey, var sealed) ->
                    put(account, accessKey, new Account.Key(sealed, true), index);
            case KeyDisabled(var accessKey) -> {
                var key = index.get(account + "/" + accessKey);
                if (key != null) {
                    var disabled = new Account.Key(read(key).sealedSecret(), false);
                    put(account, accessKey, disabled, index);
                }
            }
            case null, default -> {} // nothing of keys, or of a later time
        }
    }

    private void put(String account, String accessKey, Account.Key key, Index index)
            throws JsonProcessingException {
        index.put(account + "/" + accessKey, JSON.writeValueAsString(key));
        known.learn(account, accessKey, key);
    }

    private static Account.Key read(String json) throws JsonProcessingException {
        return JSON.readValue(json, Account.Key.class);
    }

    /** Tells of all that are in an index. */
    static void tell(Index index, KnownKeys known) throws IOException {
        var after = "";
        while (true) {
            var page = index.scan("", after, PAGE);
            for (var entry : page) {
                var slash = entry.key().indexOf('/');
                known.learn(
                        entry.key().substring(0, slash),
                        entry.key().substring(slash + 1),
                        read(entry.value()));
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().key();
        }
    }
}
