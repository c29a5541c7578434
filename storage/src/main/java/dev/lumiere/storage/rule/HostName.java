package dev.lumiere.storage.rule;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** The name of a host on the internet, as a bucket can have one of its own. */
public final class HostName {
    private static final int MAX_LENGTH = 253;
    private static final Pattern NAME =
            Pattern.compile(
                    "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern WITH_PORT =
            Pattern.compile(
                    "(?:(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?)?");

    private HostName() {}

    /** Whether it may stand in a header {@code Host}: a name or an address, also none. */
    public static boolean isWithPort(String host) {
        return WITH_PORT.matcher(host).matches();
    }

    /**
     * In small letters, what is not ASCII in Punycode.
     *
     * @throws IllegalArgumentException if it has no dot, is an IP address, has a port or an
     *     asterisk, or is no host's name at all
     */
    public static String parse(String text) {
        String name;
        try {
            name = IDN.toASCII(text).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            name = "";
        }
        if (name.length() > MAX_LENGTH || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "not the name of a host such as media.example.com: " + shortened(text));
        }
        return name;
    }

    private static String shortened(String text) {
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
    }

    /** What a header {@code Host} names, without a port, in small letters. */
    public static String inHeader(String host) {
        var colon = host.lastIndexOf(':');
        var end = colon < 0 ? host.length() : colon;
        if (end > 0 && host.charAt(end - 1) == '.') {
            end--; // of the root, which nobody writes
        }
        return host.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
