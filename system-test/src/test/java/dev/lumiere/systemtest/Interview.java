package dev.lumiere.systemtest;

import dev.lumiere.systemtest.corpus.OddFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Asks a node about files in one of its buckets, some at a time, and judges its answers. */
final class Interview {
    /** An answer is late when it comes this much after the deadline of the request. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final RunningNode node;
    private final String bucket;
    private final Path folder;
    private final Duration deadline;
    private final Semaphore places;
    private final List<Reply> replies = Collections.synchronizedList(new ArrayList<>());

    Interview(RunningNode node, String bucket, Path folder, Duration deadline, int atATime) {
        this.node = node;
        this.bucket = bucket;
        this.folder = folder;
        this.deadline = deadline;
        places = new Semaphore(atATime);
    }

    /**
     * An answer to a question about a file.
     *
     * @param status of HTTP; 0 if there was no answer at all
     * @param reason why it was refused; empty if it was not
     * @param fault what is wrong with the answer; empty if nothing is
     */
    record Reply(
            OddFile file,
            Question question,
            int status,
            String reason,
            String fault,
            Duration took) {
        @Override
        public String toString() {
            return "%s, %s: %s (%d ms)".formatted(file, question, fault, took.toMillis());
        }
    }

    record Asked(OddFile file, Question question) {}

    /** Puts the files into the bucket and asks, all that is to be asked before it returns. */
    List<Reply> ask(List<Asked> questions) throws IOException, InterruptedException {
        for (var asked : questions) {
            Files.write(folder.resolve(asked.file().name()), asked.file().bytes());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var asked : questions) {
                places.acquire();
                var _ =
                        threads.submit(() -> {
                            try {
                                replies.add(reply(asked));
                            } finally {
                                places.release();
                            }
                        });
            }
        }
        var all = List.copyOf(replies);
        replies.clear();
        return all;
    }

    private Reply reply(Asked asked) {
        var began = System.nanoTime();
        try {
            var answer = node.get(asked.question().target(bucket, asked.file()));
            var took = Duration.ofNanos(System.nanoTime() - began);
            return new Reply(
                    asked.file(),
                    asked.question(),
                    answer.statusCode(),
                    answer.statusCode() == 200 ? "" : Question.reason(answer),
                    fault(asked, answer, took),
                    took);
        } catch (RuntimeException e) {
            var took = Duration.ofNanos(System.nanoTime() - began);
            return new Reply(asked.file(), asked.question(), 0, "", "no answer: " + e, took);
        }
    }

    private String fault(Asked asked, HttpResponse<byte[]> answer, Duration took) {
        return took.compareTo(deadline.plus(GRACE)) > 0
                ? "came after the deadline, with status " + answer.statusCode()
                : asked.question().fault(asked.file(), answer).orElse("");
    }
}
