package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Keys of a {@link RocksStore}, so made that their bytes are in the order of what they name. */
final class Keys {
    static final int PLACE_BYTES = Integer.BYTES + Long.BYTES;
    static final int ID_BYTES = 16;

    private Keys() {}

    static byte[] event(int partition, long position) {
        return ByteBuffer.allocate(PLACE_BYTES).putInt(partition).putLong(position).array();
    }

    /** No control character is in a name, so that no name's prefix begins another's. */
    static byte[] stream(StreamId stream) {
        return (stream.category() + '\0' + stream.key() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    static byte[] version(StreamId stream, long version) {
        var prefix = stream(stream);
        return ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(version).array();
    }

    static byte[] id(UUID id) {
        var key = ByteBuffer.allocate(ID_BYTES);
        EventCodec.put(key, id);
        return key.array();
    }

    static boolean isOf(byte[] stream, byte[] key) {
        return key.length == stream.length + Long.BYTES
                && Arrays.equals(key, 0, stream.length, stream, 0, stream.length);
    }
}
