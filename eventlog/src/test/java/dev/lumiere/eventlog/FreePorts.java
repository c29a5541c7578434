package dev.lumiere.eventlog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;

/**
 * Ports of the loopback on which nobody listens, for servers whose ports must be known before they
 * start. They are below those that the system gives to connections that go out, which would take
 * one while its server starts, or is stopped to be started again.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int END = 32_000;

    private FreePorts() {}

    public static int one() {
        return some(1).getFirst();
    }

    /** So many, each another. */
    public static List<Integer> some(int count) {
        return new Random()
                .ints(FIRST, END)
                .distinct()
                .filter(FreePorts::isFree)
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
