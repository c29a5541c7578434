package dev.lumiere.systemtest.corpus;

import java.util.Locale;

/** A file as somebody might upload it. */
public final class OddFile {
    private final String name;
    private final byte[] bytes;
    private final Truth truth;

    /**
     * A file.
     *
     * @param name of the object, its extension included
     * @param bytes of the file, not to be changed afterwards
     * @param truth what is known of it
     */
    public OddFile(String name, byte[] bytes, Truth truth) {
        this.name = name;
        this.bytes = bytes;
        this.truth = truth;
    }

    public String name() {
        return name;
    }

    public byte[] bytes() {
        return bytes;
    }

    public Truth truth() {
        return truth;
    }

    /** A file that is a picture. */
    static OddFile shown(String name, byte[] bytes, String format, Look look) {
        return new OddFile(name, bytes, new Truth.Shown(format, look));
    }

    /** A file of which nothing is known but that it must do no harm. */
    static OddFile harmless(String name, byte[] bytes) {
        return new OddFile(name, bytes, new Truth.Harmless());
    }

    /** A file that is to be refused. */
    static OddFile refused(String name, byte[] bytes, String reason) {
        return new OddFile(name, bytes, new Truth.Refused(reason));
    }

    /** What stands behind the last dot of the name. */
    public String extension() {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name + " of " + bytes.length + " bytes";
    }
}
