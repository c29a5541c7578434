package dev.lumiere.eventlog.kafka;

import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.NotOwnerException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One partition, for as long as nobody else claims it. Its producer's transactional id is the
 * partition's, so that who claims later fences this one: nothing it sends is committed from then
 * on. Each batch is one transaction, and a write returns when the follower has read it back.
 */
final class KafkaClaim implements Claim, AutoCloseable {
    /** Of a record: payload, key, headers. */
    static final int MAX_RECORD_BYTES = 2 << 20;

    /**
     * The brokers are still ending one transaction when the next begins, and ask for another try;
     * with the client's own 100 ms each batch takes twice as long. Further tries wait longer.
     */
    private static final int RETRY_MILLIS = 5;

    private final UUID id = UUID.randomUUID();
    private final KafkaLogConfig config;
    private final int partition;
    private final String address;
    private final Replica replica;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ReentrantLock writing = new ReentrantLock();
    private final CountDownLatch came = new CountDownLatch(1);
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile boolean hasWritten;
    private volatile boolean isTaken;

    KafkaClaim(KafkaLogConfig config, int partition, String address, Replica replica) {
        this.address = address;
        this.config = config;
        this.partition = partition;
        this.replica = replica;
        var properties = config.properties();
        var transactional = config.topic() + "-" + partition;
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, transactional + "-" + id);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactional);
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                KafkaLogConfig.millis(config.transaction()));
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, KafkaLogConfig.millis(config.write()));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, KafkaLogConfig.millis(config.write()));
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MILLIS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Fences whoever had the partition, then says so in the topic, then waits until that comes by:
     * what is before it is all there is, and the replica has it.
     *
     * @throws IOException if it did not come to this
     */
    void announce() throws IOException, InterruptedException {
        try {
            producer.initTransactions();
            producer.beginTransaction();
            var sent = producer.send(announcement());
            producer.commitTransaction();
            sent.get();
        } catch (KafkaException | ExecutionException e) {
            throw new IOException("cannot claim %s: %s".formatted(this, e.getMessage()), e);
        }
        var end = System.nanoTime() + config.write().toNanos();
        while (!came.await(100, TimeUnit.MILLISECONDS)) {
            replica.store(); // or why it does not follow
            if (ended.isDone()) {
                throw new IOException("%s is not wanted: %s".formatted(this, ended.join()));
            }
            if (System.nanoTime() > end) {
                throw new IOException(
                        "cannot claim %s: not read back after %s".formatted(this, config.write()));
            }
        }
    }

    /** A claim on this partition came by. */
    void seen(LogRecord.OfClaim claim) {
        if (claim.claim().equals(id)) {
            came.countDown();
        } else if (came.getCount() == 0) {
            isTaken = true;
            end("%s was claimed by %s".formatted(this, claim.address()));
        }
    }

    @Override
    public List<Integer> partitions() {
        return List.of(partition);
    }

    @Override
    public void write(List<Event> batch) throws IOException {
        writing.lock();
        try {
            if (ended.isDone()) {
                throw new NotOwnerException(ended.join());
            }
            send(batch.stream().map(this::record).toList());
            commit();
            readBack(batch.getLast());
            hasWritten = true;
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** Says once more that it is there: only who is not fenced can commit that. */
    @Override
    public void confirm() throws IOException {
        writing.lock();
        try {
            if (ended.isDone()) {
                throw new NotOwnerException(ended.join());
            }
            send(List.of(announcement()));
            commit();
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private ProducerRecord<byte[], byte[]> announcement() {
        return LogRecord.of(config.topic(), partition, new LogRecord.OfClaim(id, address));
    }

    /** Whatever happens here, nothing is committed: nobody asked for that. */
    void send(List<ProducerRecord<byte[], byte[]>> records) throws NotOwnerException {
        try {
            producer.beginTransaction();
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (var each : records) {
                sent.add(producer.send(each));
            }
            producer.flush();
            for (var each : sent) {
                each.get();
            }
        } catch (KafkaException | ExecutionException e) {
            throw new NotOwnerException(
                    "nothing was written to %s, which is given up: %s"
                            .formatted(this, e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new NotOwnerException("nothing was written to " + this + ": interrupted");
        }
    }

    ProducerRecord<byte[], byte[]> record(Event event) {
        return LogRecord.of(config.topic(), new LogRecord.OfEvent(event, id));
    }

    /** Whatever happens here, it may be committed: also if this producer is fenced by now. */
    void commit() throws IOException {
        var end = System.nanoTime() + config.write().toNanos();
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > end) {
                    throw unknown(e);
                }
            } catch (InterruptException e) {
                Thread.currentThread().interrupt();
                throw unknown(e);
            } catch (KafkaException e) {
                throw unknown(e);
            }
        }
    }

    private IOException unknown(Exception e) {
        return new IOException(
                "not known whether a batch was written to %s: %s".formatted(this, e.getMessage()),
                e);
    }

    private void readBack(Event last) throws IOException {
        try {
            if (!replica.awaitEvent(last, config.write())) {
                throw new IOException(
                        "not known whether a batch was written to %s: not read back after %s"
                                .formatted(this, config.write()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(e);
        }
    }

    @Override
    public void release() {
        end(this + " was released");
    }

    void end(String reason) {
        ended.complete(reason);
    }

    /** Ends it, also while it is being announced. */
    void abandon(String reason) {
        end(reason);
        if (came.getCount() > 0) {
            producer.close(Duration.ZERO);
        }
    }

    /** Why it has ended, once it has. */
    String awaitEnd() {
        return ended.join();
    }

    boolean hasWritten() {
        return hasWritten;
    }

    /** Whether it has ended since another node was there. */
    boolean isTaken() {
        return isTaken;
    }

    /** After a write that goes on, which is bounded. */
    @Override
    public void close() {
        end(this + " is closed");
        writing.lock();
        try {
            producer.close(Duration.ZERO);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public String toString() {
        return "partition " + partition;
    }
}
