package dev.lumiere.service.fetch;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses are of the internet at large: every one but those set aside for something else,
 * such as private networks, loopback, link-local, shared address space, multicast or documentation.
 * IPv6 addresses that lead to an IPv4 address by way of a translator or tunnel are what that one
 * is.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA: IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA: IPv6</a>
 */
final class PublicAddresses {
    private static final List<Block> NOT_PUBLIC =
            blocks(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "2001::/23",
                    "2001:db8::/32",
                    "3fff::/20");

    /** All of IPv6 that is given to anybody. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");

    private static final Block NAT64 = Block.of("64:ff9b::/96");
    private static final Block SIX_TO_FOUR = Block.of("2002::/16");
    private static final int SIX_TO_FOUR_AT = 2;
    private static final int LAST_FOUR_AT = 12;

    private PublicAddresses() {}

    /** Addresses of so many bytes whose first {@code length} bits are those of {@code prefix}. */
    private record Block(BigInteger prefix, int bytes, int length) {
        static Block of(String text) {
            var slash = text.indexOf('/');
            var prefix = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            var length = Integer.parseInt(text.substring(slash + 1));
            return new Block(new BigInteger(1, prefix), prefix.length, length);
        }

        boolean holds(byte[] address) {
            return address.length == bytes
                    && new BigInteger(1, address).xor(prefix).bitLength() <= 8 * bytes - length;
        }
    }

    static boolean isPublic(InetAddress address) {
        return isPublic(address.getAddress());
    }

    private static boolean isPublic(byte[] address) {
        if (address.length == 16) {
            if (isMapped(address) || NAT64.holds(address)) {
                return isPublic(fourAt(LAST_FOUR_AT, address));
            }
            if (SIX_TO_FOUR.holds(address)) {
                return isPublic(fourAt(SIX_TO_FOUR_AT, address));
            }
            if (!GLOBAL_UNICAST.holds(address)) {
                return false;
            }
        }
        return NOT_PUBLIC.stream().noneMatch(block -> block.holds(address));
    }

    /** {@code ::ffff:0:0/96}, which Java's literals cannot say. */
    private static boolean isMapped(byte[] address) {
        for (var i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }

    private static byte[] fourAt(int start, byte[] address) {
        return Arrays.copyOfRange(address, start, start + 4);
    }

    private static List<Block> blocks(String... texts) {
        return Arrays.stream(texts).map(Block::of).toList();
    }
}
