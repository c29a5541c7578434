package dev.lumiere.eventlog.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamId;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What a record of the topic says; {@link KafkaLogDevice} has the table of its headers. */
sealed interface LogRecord {
    /** Of the writer's claim, which is the last before it in its partition. */
    UUID claim();

    record OfEvent(Event event, UUID claim) implements LogRecord {}

    /** From here on a partition is another's. */
    record OfClaim(UUID claim, String address) implements LogRecord {}

    /** ISO-8601 with microseconds, years beyond 0 to 9999 with a sign. */
    DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX")
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    static ProducerRecord<byte[], byte[]> of(String topic, OfEvent written) {
        var event = written.event;
        var data = event.data();
        var value = new byte[data.payload().size()];
        data.payload().buffer().get(value);
        var record =
                new ProducerRecord<>(
                        topic, event.partition(), event.stream().key().getBytes(UTF_8), value);
        var headers = record.headers();
        put(headers, "kind", "event");
        put(headers, "stream", event.stream());
        put(headers, "version", event.version());
        put(headers, "position", event.position());
        put(headers, "id", data.id());
        put(headers, "type", data.type());
        put(headers, "schema", data.schema());
        put(headers, "time", TIME.format(data.time()));
        put(headers, "causation", data.context().causation());
        put(headers, "correlation", data.context().correlation());
        put(headers, "traceparent", data.context().trace());
        put(headers, "crc", crc(event));
        put(headers, "claim", written.claim);
        return record;
    }

    static ProducerRecord<byte[], byte[]> of(String topic, int partition, OfClaim claimed) {
        var record = new ProducerRecord<byte[], byte[]>(topic, partition, null, null);
        put(record.headers(), "kind", "claim");
        put(record.headers(), "address", claimed.address);
        put(record.headers(), "claim", claimed.claim);
        return record;
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @throws CorruptLogException if it is something else
     */
    static LogRecord parse(ConsumerRecord<byte[], byte[]> record) throws CorruptLogException {
        try {
            var headers = record.headers();
            var claim = UUID.fromString(text(headers, "claim"));
            var kind = text(headers, "kind");
            return switch (kind) {
                case "claim" -> new OfClaim(claim, text(headers, "address"));
                case "event" -> new OfEvent(event(record), claim);
                default -> throw new IllegalArgumentException("header kind is " + kind);
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CorruptLogException(
                    where(record),
                    "expected an event or a claim of this log, found something else: "
                            + e.getMessage());
        }
    }

    private static Event event(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        if (record.value() == null) {
            throw new IllegalArgumentException("no value");
        }
        var stream = StreamId.parse(text(headers, "stream"));
        if (record.key() == null || !stream.key().equals(new String(record.key(), UTF_8))) {
            throw new IllegalArgumentException("the key is not that of " + stream);
        }
        var data =
                new EventData(
                        UUID.fromString(text(headers, "id")),
                        text(headers, "type"),
                        Integer.parseInt(text(headers, "schema")),
                        TIME.parse(text(headers, "time"), Instant::from),
                        new EventData.Context(
                                uuid(headers, "causation"),
                                uuid(headers, "correlation"),
                                optional(headers, "traceparent")),
                        Payload.copyOf(record.value()));
        var event =
                new Event(
                        record.partition(),
                        Long.parseLong(text(headers, "position")),
                        stream,
                        Long.parseLong(text(headers, "version")),
                        data);
        var crc = text(headers, "crc");
        if (!crc.equals(crc(event))) {
            throw new IllegalArgumentException(
                    "the checksum is %s, not %s".formatted(crc(event), crc));
        }
        return event;
    }

    /** In the words of {@link CorruptLogException}. */
    static String where(ConsumerRecord<?, ?> record) {
        return where(record.topic(), record.partition(), record.offset());
    }

    static String where(String topic, int partition, long offset) {
        return "topic %s partition %d offset %d".formatted(topic, partition, offset);
    }

    private static String crc(Event event) {
        var bytes = EventCodec.encode(event);
        return HexFormat.of()
                .toHexDigits(ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES));
    }

    private static void put(Headers headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.add(name, value.toString().getBytes(UTF_8));
        }
    }

    private static String text(Headers headers, String name) {
        var value = optional(headers, name);
        if (value == null) {
            throw new IllegalArgumentException("no header " + name);
        }
        return value;
    }

    private static @Nullable UUID uuid(Headers headers, String name) {
        var value = optional(headers, name);
        return value == null ? null : UUID.fromString(value);
    }

    private static @Nullable String optional(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
