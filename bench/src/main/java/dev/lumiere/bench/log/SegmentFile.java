package dev.lumiere.bench.log;

import dev.lumiere.eventlog.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * A bare file with group commit: length, checksum, bytes. It knows no streams, versions or ids, and
 * finds nothing again: the limit of what the disk allows.
 */
final class SegmentFile implements Appending {
    private static final int MAX_BATCH = 1024;
    private static final int BUFFER_BYTES = 4 << 20;

    private final FileChannel file;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(16_384);
    private final Thread thread;

    private record Waiting(Payload payload, CompletableFuture<Boolean> durable) {}

    SegmentFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        thread = Thread.ofPlatform().daemon().start(this::write);
    }

    @Override
    public void append(int writer, int number, byte[] payload) throws Exception {
        var waiting = new Waiting(Payload.copyOf(payload), new CompletableFuture<>());
        queue.put(waiting);
        waiting.durable.get();
    }

    private void write() {
        var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        var crc = new CRC32C();
        var batch = new ArrayList<Waiting>();
        try {
            while (true) {
                batch.add(queue.take());
                queue.drainTo(batch, MAX_BATCH - 1);
                for (var each : batch) {
                    crc.reset();
                    crc.update(each.payload.buffer());
                    buffer.putInt(each.payload.size())
                            .putInt((int) crc.getValue())
                            .put(each.payload.buffer());
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
                buffer.clear();
                file.force(false);
                batch.forEach(each -> each.durable.complete(true));
                batch.clear();
            }
        } catch (IOException e) {
            batch.forEach(each -> each.durable.completeExceptionally(e));
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
        file.close();
    }
}
