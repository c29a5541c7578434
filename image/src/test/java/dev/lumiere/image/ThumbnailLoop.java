package dev.lumiere.image;

import dev.lumiere.image.vips.TestVips;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures one pipeline on one file inside this process: {@code FILE PIPELINE WARM-UP ROUNDS
 * RESULT}. Prints the CPU time of the whole process per round, JIT compiler included.
 */
final class ThumbnailLoop {
    private ThumbnailLoop() {}

    static void main(String[] args) throws Exception {
        var source = Files.readAllBytes(Path.of(args[0]));
        var rounds = Integer.parseInt(args[3]);
        for (var round = 0; round < Integer.parseInt(args[2]); round++) {
            TestWork.run(source, args[1]);
        }
        var process =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        var before = process.getProcessCpuTime();
        var output = TestWork.run(source, args[1]);
        for (var round = 1; round < rounds; round++) {
            output = TestWork.run(source, args[1]);
        }
        var millis = (process.getProcessCpuTime() - before) / 1e6 / rounds;
        Files.write(Path.of(args[4]), output.bytes());
        System.out.printf(
                "libvips %s: %.2f ms of CPU a round, %d bytes%n",
                TestVips.get().version(), millis, output.bytes().length);
    }
}
