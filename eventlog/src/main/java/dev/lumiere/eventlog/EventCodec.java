package dev.lumiere.eventlog;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An event as bytes, the same wherever they are kept: big-endian, a text as its length and UTF-8.
 *
 * <pre>
 * form 1 | partition 4 | position 8 | version 8 | category text1 | key text2
 * id 16 | schema 4 | time 8 (µs since 1970) | type text1
 * context 1 (bits: causation 1, correlation 2, trace 4) | causation 16? | correlation 16? | trace text1?
 * payload 4 + bytes | CRC-32C of all before 4
 * </pre>
 *
 * The checksum covers the place too, so that an event that turns up elsewhere is found out.
 */
public final class EventCodec {
    private static final byte FORM = 1;
    private static final int CAUSATION = 1;
    private static final int CORRELATION = 2;
    private static final int TRACE = 4;
    private static final int FIXED_BYTES = 1 + 4 + 8 + 8 + 1 + 2 + 16 + 4 + 8 + 1 + 1 + 4 + 4;

    private EventCodec() {}

    public static byte[] encode(Event event) {
        var data = event.data();
        var context = data.context();
        var category = ascii(event.stream().category());
        var key = event.stream().key().getBytes(StandardCharsets.UTF_8);
        var type = ascii(data.type());
        var trace = context.trace() == null ? null : ascii(context.trace());
        var bytes =
                ByteBuffer.allocate(
                        FIXED_BYTES
                                + category.length
                                + key.length
                                + type.length
                                + (context.causation() == null ? 0 : 16)
                                + (context.correlation() == null ? 0 : 16)
                                + (trace == null ? 0 : 1 + trace.length)
                                + data.payload().size());
        bytes.put(FORM)
                .putInt(event.partition())
                .putLong(event.position())
                .putLong(event.version())
                .put((byte) category.length)
                .put(category)
                .putShort((short) key.length)
                .put(key);
        put(bytes, data.id());
        bytes.putInt(data.schema())
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, data.time()))
                .put((byte) type.length)
                .put(type);
        bytes.put(
                (byte)
                        ((context.causation() == null ? 0 : CAUSATION)
                                | (context.correlation() == null ? 0 : CORRELATION)
                                | (trace == null ? 0 : TRACE)));
        if (context.causation() != null) {
            put(bytes, context.causation());
        }
        if (context.correlation() != null) {
            put(bytes, context.correlation());
        }
        if (trace != null) {
            bytes.put((byte) trace.length).put(trace);
        }
        bytes.putInt(data.payload().size()).put(data.payload().buffer());
        return bytes.putInt(checksum(bytes.array(), bytes.position())).array();
    }

    /** CRC-32C of an event's bytes, for where these are not kept as they are. */
    public static int checksum(Event event) {
        var bytes = encode(event);
        return ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param where is told if it is not
     * @throws CorruptLogException if a bit of it is different
     */
    public static Event decode(byte[] bytes, String where) throws CorruptLogException {
        var end = bytes.length - Integer.BYTES;
        if (bytes.length < FIXED_BYTES
                || checksum(bytes, end) != ByteBuffer.wrap(bytes).getInt(end)) {
            throw new CorruptLogException(where, "the checksum of an event is wrong");
        }
        if (bytes[0] != FORM) {
            throw new CorruptLogException(where, "an event of unknown form " + bytes[0]);
        }
        try {
            return decode(ByteBuffer.wrap(bytes, 1, end - 1));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptLogException(where, "not an event: " + e.getMessage());
        }
    }

    private static Event decode(ByteBuffer bytes) {
        var partition = bytes.getInt();
        var position = bytes.getLong();
        var version = bytes.getLong();
        var category = text(bytes, bytes.get() & 0xff);
        var stream = new StreamId(category, text(bytes, bytes.getShort() & 0xffff));
        var id = uuid(bytes);
        var schema = bytes.getInt();
        var time = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
        var type = text(bytes, bytes.get() & 0xff);
        var context = context(bytes);
        var payload = new byte[bytes.getInt()];
        bytes.get(payload);
        return new Event(
                partition,
                position,
                stream,
                version,
                new EventData(id, type, schema, time, context, Payload.owning(payload)));
    }

    private static EventData.Context context(ByteBuffer bytes) {
        var bits = bytes.get();
        if (bits == 0) {
            return EventData.Context.NONE;
        }
        @Nullable UUID causation = (bits & CAUSATION) == 0 ? null : uuid(bytes);
        @Nullable UUID correlation = (bits & CORRELATION) == 0 ? null : uuid(bytes);
        @Nullable String trace = (bits & TRACE) == 0 ? null : text(bytes, bytes.get() & 0xff);
        return new EventData.Context(causation, correlation, trace);
    }

    public static void put(ByteBuffer into, UUID id) {
        into.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }

    private static String text(ByteBuffer from, int length) {
        var bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
