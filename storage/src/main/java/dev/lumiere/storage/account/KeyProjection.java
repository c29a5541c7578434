package dev.lumiere.storage.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.storage.account.AccountEvent.KeyCreated;
import dev.lumiere.storage.account.AccountEvent.KeyDisabled;
import dev.lumiere.storage.account.AccountEvent.KeyEnabled;
import java.io.IOException;

/** Every key by {@code account/accessKey}, and told to who keeps them in memory. */
final class KeyProjection implements Projection {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 1000;

    private final KnownKeys known;

    /** A key as of a version of its account's stream. */
    private record Kept(Account.Key key, long version) {}

    KeyProjection(KnownKeys known) {
        this.known = known;
    }

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        if (!event.stream().category().equals(AccountEvent.CATEGORY)) {
            return;
        }
        var account = event.stream().key();
        switch (AccountEvent.TYPES.event(event.data())) {
            case KeyCreated created -> {
                if (index.get(account + "/" + created.accessKey()) == null) {
                    put(account, created.accessKey(), created.key(), event.version(), index);
                }
            }
            case KeyDisabled(var accessKey) ->
                    enable(account, accessKey, false, event.version(), index);
            case KeyEnabled(var accessKey) ->
                    enable(account, accessKey, true, event.version(), index);
            case null, default -> {} // nothing of keys, or of a later time
        }
    }

    private void enable(
            String account, String accessKey, boolean whether, long version, Index index)
            throws IOException {
        var kept = index.get(account + "/" + accessKey);
        if (kept != null) {
            put(account, accessKey, read(kept).key.enabled(whether), version, index);
        }
    }

    private void put(String account, String accessKey, Account.Key key, long version, Index index)
            throws JsonProcessingException {
        index.put(account + "/" + accessKey, JSON.writeValueAsString(new Kept(key, version)));
        known.learn(account, accessKey, key, version);
    }

    private static Kept read(String json) throws JsonProcessingException {
        return JSON.readValue(json, Kept.class);
    }

    /** Tells of all that are in an index. */
    static void tell(Index index, KnownKeys known) throws IOException {
        var after = "";
        while (true) {
            var page = index.scan("", after, PAGE);
            for (var entry : page) {
                var slash = entry.key().indexOf('/');
                var kept = read(entry.value());
                known.learn(
                        entry.key().substring(0, slash),
                        entry.key().substring(slash + 1),
                        kept.key,
                        kept.version);
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().key();
        }
    }
}
