package dev.lumiere.api.account;

import dev.lumiere.api.management.ReceivedRequest;
import dev.lumiere.service.Problem;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.account.Accounts;
import dev.lumiere.storage.sign.ManagementSignature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Adds handlers of calls about accounts. Each is signed as Qiniu's SDKs sign theirs, in the new
 * form and with {@code X-Qiniu-Date}, so that nobody who has seen a call can repeat it for long,
 * and by a key that may do everything. So many are at work at once. Each sees whatever was done
 * before it came, at any node.
 */
final class AccountCalls {
    private static final int MAX_BODY_BYTES = 128 << 10;
    private static final int MAX_AT_ONCE = 64;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ServiceServer server;
    private final Accounts accounts;
    private final ManagementSignature signature;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    AccountCalls(ServiceServer server, Accounts accounts, InstantSource clock) {
        this.server = server;
        this.accounts = accounts;
        signature = new ManagementSignature(accounts, clock);
    }

    /** May wait. */
    @FunctionalInterface
    interface Handler {
        void handle(AccountCall call);
    }

    void on(String path, Handler handler) {
        server.onVirtualThread(
                path,
                MAX_BODY_BYTES,
                (exchange, body) -> {
                    if (!places.tryAcquire()) {
                        throw Problem.unavailable("too many calls at once", RETRY_AFTER).refused();
                    }
                    try {
                        var request = exchange.request();
                        var authorization = request.getHeader("Authorization");
                        if (authorization == null
                                || !authorization.startsWith("Qiniu ")
                                || request.getHeader("X-Qiniu-Date") == null) {
                            throw Problem.of(
                                            401,
                                            "not signed: Authorization: Qiniu … with X-Qiniu-Date;"
                                                    + " ./lumiere key and account do so")
                                    .refused();
                        }
                        if (body.length() > 0 && !isJson(request.getHeader("Content-Type"))) {
                            throw Problem.of(415, "the body is no application/json").refused();
                        }
                        var signer = signature.verify(ReceivedRequest.of(exchange, body));
                        exchange.countKey(signer.accessKey());
                        accounts.catchUp();
                        signature.confirm(signer);
                        handler.handle(new AccountCall(exchange, body, signer));
                    } finally {
                        places.release();
                    }
                });
    }

    /** Of other types the body would not be signed. */
    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }
}
