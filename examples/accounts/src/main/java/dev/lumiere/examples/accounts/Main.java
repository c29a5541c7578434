package dev.lumiere.examples.accounts;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Tells the story in a folder of its own, which is left for whoever wants to look. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments)
            throws IOException, InterruptedException, ExecutionException {
        var folder = Files.createTempDirectory("accounts");
        new Story(folder, hourly(), System.out).tell();
        System.out.println();
        System.out.println("The log is in " + folder.resolve("log"));
    }

    /** A day that begins at nine, and on which each look at the clock is an hour later. */
    static InstantSource hourly() {
        var nine = Instant.parse("2026-11-29T09:00:00Z");
        var hours = new AtomicLong();
        return () -> nine.plusSeconds(3600 * hours.getAndIncrement());
    }
}
