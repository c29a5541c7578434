package dev.lumiere.service.limit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** All addresses that begin with the same bits, such as {@code 10.0.0.0/8}. */
final class Network {
    private static final int MAX_LITERAL = 64;

    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /** Of an address, which is alone then, or one with a number of bits; null if it is neither. */
    static @Nullable Network parse(String text) {
        var slash = text.indexOf('/');
        var address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        var bytes = address.getAddress();
        var most = bytes.length * Byte.SIZE;
        try {
            var bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > most ? null : new Network(bytes, bits);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** Null if the text is none. No name is looked up. */
    static @Nullable InetAddress address(String text) {
        if (text.isEmpty() || text.length() > MAX_LITERAL) {
            return null;
        }
        var zone = text.indexOf('%');
        try {
            return InetAddress.getByAddress(
                    InetAddress.ofLiteral(zone < 0 ? text : text.substring(0, zone)).getAddress());
        } catch (IllegalArgumentException | UnknownHostException _) {
            return null;
        }
    }

    boolean has(InetAddress other) {
        var bytes = other.getAddress();
        if (bytes.length != address.length) {
            return false;
        }
        var whole = bits / Byte.SIZE;
        var rest = bits % Byte.SIZE;
        return Arrays.equals(address, 0, whole, bytes, 0, whole)
                && (rest == 0 || (address[whole] ^ bytes[whole]) >> (Byte.SIZE - rest) == 0);
    }
}
