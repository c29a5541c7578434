package dev.lumiere.fop.worker;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own, whose operation {@code hang} never ends. */
final class WorkerProcess {
    private WorkerProcess() {}

    public static void main(String[] args) {
        var _ =
                Worker.named("hanging", "1.0.0")
                        .handler(request -> {
                            if (request.stages().getFirst().operation().equals("hang")) {
                                new CountDownLatch(1).await();
                            }
                            return WorkResult.of(
                                    "text/plain", "done".getBytes(StandardCharsets.UTF_8));
                        })
                        .start(WorkerConfig.from(System.getenv()))
                        .stopOnSignal();
    }
}
