package dev.lumiere.eventlog.rocks;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small file system that fills up. Only who may mount one can try. */
@Timeout(180)
class RocksFullDiskTest {
    private static final String SIZE = "40m";
    private static final String PAYLOAD = "x".repeat(10_000);

    @TempDir Path home;
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(home.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", disk.toString());
        assumeTrue(mounted, "may not mount");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static AppendOutcome append(EventLog log, int number) throws InterruptedException {
        var event = event(new UUID(0, number), PAYLOAD);
        return log.append(
                Append.to(stream("s" + number % 7), Expected.any(), List.of(event)), LONG);
    }

    /** The process whose disk fills up: a line for each event that was acknowledged. */
    static final class Filling {
        private Filling() {}

        public static void main(String[] args) throws Exception {
            var log = EventLog.open(new RocksLogDevice(Path.of(args[0]), 2));
            var number = 0;
            while (append(log, number) instanceof AppendOutcome.Appended) {
                System.out.println(number++);
            }
            System.out.println(append(log, number + 1).getClass().getSimpleName());
            System.out.println(log.closedBecause());
            try {
                log.close();
            } catch (IOException e) {
                System.out.println("closed: " + e.getMessage()); // in time, whatever comes of it
            }
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void whatWasAcknowledgedIsThereWhenThereIsRoomAgain() throws Exception {
        var ballast = Files.write(disk.resolve("ballast"), new byte[24 << 20]);
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Filling.class.getName(),
                                disk.resolve("log").toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var acknowledged = new ArrayList<UUID>();
        var said = new ArrayList<String>();
        try (var output = process.inputReader()) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+")) {
                    acknowledged.add(new UUID(0, Integer.parseInt(line)));
                } else {
                    said.add(line);
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThan(100);
        assertThat(said.getFirst()).isEqualTo("Refused");
        assertThat(said.get(1)).contains("could not be made durable");

        Files.delete(ballast);
        try (var again = EventLog.open(new RocksLogDevice(disk.resolve("log"), 2))) {
            for (var id : acknowledged) {
                assertThat(again.find(id)).isNotNull();
            }
            var found = new ArrayList<UUID>();
            for (var partition = 0; partition < 2; partition++) {
                again.read(partition, 1, 4096).stream()
                        .map(event -> event.data().id())
                        .forEach(found::add);
            }
            found.removeAll(acknowledged);
            assertThat(found).hasSizeLessThanOrEqualTo(1); // whose outcome nobody was told
            assertThat(append(again, -1)).isInstanceOf(AppendOutcome.Appended.class);
        }
        assertThat(Verification.of(disk.resolve("log")).findings()).isEmpty();
    }

    @Test
    void oneThatLeavesAReserveGoesOnWhenThereIsRoomAgain() throws Exception {
        var ballast = Files.write(disk.resolve("ballast"), new byte[24 << 20]);
        var number = 0;
        try (var log = EventLog.open(new RocksLogDevice(disk.resolve("log"), 2, 4 << 20))) {
            while (append(log, number) instanceof AppendOutcome.Appended) {
                number++;
            }
            assertThat(append(log, number))
                    .isInstanceOfSatisfying(
                            AppendOutcome.Refused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .contains("No space left on device"));
            assertThat(log.full()).isNotNull();
            assertThat(log.closedBecause()).isNull();

            Files.delete(ballast);
            await().until(() -> log.full() == null);
            for (var more = 0; more < 100; more++) {
                assertThat(append(log, number++)).isInstanceOf(AppendOutcome.Appended.class);
            }
        }
        assertThat(Verification.of(disk.resolve("log")).findings()).isEmpty();
        try (var again = EventLog.open(new RocksLogDevice(disk.resolve("log"), 2))) {
            for (var id = 0; id < number; id++) {
                assertThat(again.find(new UUID(0, id))).isNotNull();
            }
        }
    }
}
