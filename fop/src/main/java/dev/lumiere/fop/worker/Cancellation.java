package dev.lumiere.fop.worker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the one who works that nobody waits for the result any more: the deadline has passed or the
 * caller has gone. Fires at most once, from another thread than the work's.
 */
public final class Cancellation {

    /** Why. */
    public enum Reason {
        DEADLINE,
        CALLER_GONE
    }

    private final List<Hook> hooks = new ArrayList<>();
    private volatile @Nullable Reason reason;

    /** Why the work is to stop, or null while it is wanted. */
    public @Nullable Reason reason() {
        return reason;
    }

    public boolean isCancelled() {
        return reason != null;
    }

    /**
     * Has {@code action} run when the work is cancelled, at once if it is already. The action must
     * not block. After the hook is closed it neither runs nor is running, so that it may touch
     * native memory which is freed then.
     */
    public Hook onCancel(Runnable action) {
        synchronized (hooks) {
            var hook = new Hook(action);
            if (reason != null) {
                action.run();
            } else {
                hooks.add(hook);
            }
            return hook;
        }
    }

    /** Cancels; a second call does nothing. */
    public void cancel(Reason why) {
        synchronized (hooks) {
            if (reason != null) {
                return;
            }
            reason = why;
            hooks.forEach(hook -> hook.action.run());
            hooks.clear();
        }
    }

    /** Ends the wish to be told. */
    public final class Hook implements AutoCloseable {
        private final Runnable action;

        private Hook(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (hooks) {
                hooks.remove(this);
            }
        }
    }
}
