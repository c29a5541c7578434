package dev.lumiere.eventlog.kafka;

import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice.Bound;
import dev.lumiere.eventlog.Samples;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica takes from a topic, and what not. */
class ReplicaTest {
    private static final UUID CLAIM = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);
    private static final StreamId STREAM = in(0);

    @TempDir Path folder;
    private final List<LogRecord.OfClaim> seen = new ArrayList<>();
    private Replica replica;

    @BeforeEach
    void open() throws IOException {
        replica = new Replica(KafkaLogConfig.of("localhost:9092", "log", 2, 3, folder), "topic-id");
    }

    @AfterEach
    void close() throws IOException {
        replica.close();
    }

    private static StreamId in(int partition) {
        return IntStream.range(0, 100)
                .mapToObj(i -> stream("k" + i))
                .filter(stream -> EventLog.partition(stream, 2) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static ConsumerRecord<byte[], byte[]> at(
            long offset, ProducerRecord<byte[], byte[]> sent) {
        var record =
                new ConsumerRecord<>(
                        sent.topic(), sent.partition(), offset, sent.key(), sent.value());
        sent.headers().forEach(record.headers()::add);
        return record;
    }

    private static ConsumerRecord<byte[], byte[]> claim(long offset, UUID claim) {
        return at(offset, LogRecord.of("log", 0, new LogRecord.OfClaim(claim, "node:1")));
    }

    private static Event event(long position, StreamId stream, long version) {
        return new Event(0, position, stream, version, Samples.event((int) position));
    }

    private static ConsumerRecord<byte[], byte[]> event(long offset, Event event, UUID claim) {
        return at(offset, LogRecord.of("log", new LogRecord.OfEvent(event, claim)));
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) throws IOException {
        replica.apply(0, List.of(record), (_, claim) -> seen.add(claim));
    }

    private void isRefused(ConsumerRecord<byte[], byte[]> record, String why) throws IOException {
        var before = replica.progress(0);
        assertThatThrownBy(() -> apply(record))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageStartingWith("topic log partition 0 offset " + record.offset() + ": ")
                .hasMessageContaining(why);
        assertThat(replica.progress(0)).isEqualTo(before);
    }

    @Test
    void whatFollowsIsTakenAndKept() throws IOException {
        apply(claim(0, CLAIM));
        apply(event(2, event(1, STREAM, 1), CLAIM));
        apply(event(3, event(2, STREAM, 2), CLAIM));
        apply(claim(7, OTHER));
        apply(event(9, event(3, STREAM, 3), OTHER));
        assertThat(seen)
                .containsExactly(
                        new LogRecord.OfClaim(CLAIM, "node:1"),
                        new LogRecord.OfClaim(OTHER, "node:1"));

        close();
        open();
        assertThat(replica.progress(0)).isEqualTo(new Progress(9, OTHER, "node:1"));
        assertThat(replica.progress(1)).isEqualTo(Progress.NONE);
        assertThat(replica.store().reads().readStream(STREAM, 1, new Bound(9, 999)))
                .containsExactly(event(1, STREAM, 1), event(2, STREAM, 2), event(3, STREAM, 3));
    }

    @Test
    void whatDoesNotFollowIsRefused() throws IOException {
        isRefused(event(0, event(1, STREAM, 1), CLAIM), "expected claim null");
        apply(claim(0, CLAIM));
        apply(event(1, event(1, STREAM, 1), CLAIM));

        isRefused(event(2, event(1, STREAM, 2), CLAIM), "expected position 2, found 1");
        isRefused(event(2, event(3, STREAM, 2), CLAIM), "expected position 2, found 3");
        isRefused(
                event(2, event(2, STREAM, 1), CLAIM),
                "expected version of " + STREAM + " 2, found 1");
        isRefused(
                event(2, event(2, STREAM, 3), CLAIM),
                "expected version of " + STREAM + " 2, found 3");
        isRefused(event(2, event(2, STREAM, 2), OTHER), "expected claim " + CLAIM);
        isRefused(event(2, event(2, in(1), 1), CLAIM), "expected partition 1, found 0");
        apply(event(2, event(2, STREAM, 2), CLAIM));
    }

    @Test
    void whatWasChangedIsRefused() throws IOException {
        apply(claim(0, CLAIM));
        var value = event(1, event(1, STREAM, 1), CLAIM);
        value.value()[3] ^= 1;
        isRefused(value, "checksum");
        for (var header : event(1, event(1, STREAM, 1), CLAIM).headers()) {
            var without = event(1, event(1, STREAM, 1), CLAIM);
            without.headers().remove(header.key());
            isRefused(without, header.key());
            var other = event(1, event(1, STREAM, 1), CLAIM);
            other.headers().add(header.key(), new byte[] {'2'});
            isRefused(other, "expected");
        }
    }

    @Test
    void theLastRecordIsStillTheSame() throws IOException {
        apply(claim(0, CLAIM));
        replica.checkLast(claim(0, CLAIM));
        apply(event(4, event(1, STREAM, 1), CLAIM));
        replica.checkLast(event(4, event(1, STREAM, 1), CLAIM));

        for (var record :
                List.of(
                        event(5, event(1, STREAM, 1), CLAIM),
                        event(4, event(1, in(0), 2), CLAIM),
                        claim(4, OTHER))) {
            assertThatThrownBy(() -> replica.checkLast(record))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageStartingWith("topic log partition 0 offset 4: expected what was");
        }
    }

    @Test
    void allFaultsOfASettingAreToldAtOnce() {
        assertThatThrownBy(() -> KafkaLogConfig.of(" ", "no topic", 0, 3, folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "log on Kafka: no servers; not a topic: no topic;"
                                + " partitions not in 1..1024: 0");
    }
}
