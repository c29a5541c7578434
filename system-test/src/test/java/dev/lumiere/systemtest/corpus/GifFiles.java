package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.join;
import static dev.lumiere.systemtest.corpus.Octets.latin;
import static dev.lumiere.systemtest.corpus.Octets.littleEndian16;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * GIFs, written without compression: the table is cleared before its codes grow to nine bits.
 *
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF89a</a>
 */
final class GifFiles {
    private static final int COLORS = 128;
    private static final int CLEAR = COLORS;
    private static final int END = COLORS + 1;
    private static final int PER_TABLE = 126;
    private static final byte[] TRAILER = Octets.of(0x3b);

    private final Look look = Look.colored().within(3);
    private final List<OddFile> files = new ArrayList<>();

    static List<OddFile> all() {
        var gifs = new GifFiles();
        gifs.addStills();
        gifs.addAnimations();
        gifs.addOdd();
        return gifs.files;
    }

    private void addStills() {
        shown("still", join(screen(96, 64, true), whole(look), TRAILER), look);
        var hole = look.quarters().toArray(Color[]::new);
        hole[3] = new Color(0, true);
        shown(
                "transparent",
                join(screen(96, 64, true), control(1, 3, 0), whole(look), TRAILER),
                Look.of(hole).within(3));
        shown(
                "one-pixel",
                join(screen(1, 1, true), image(0, 0, 1, 1, (_, _) -> 3), TRAILER),
                Look.flat(1, 1, look.quarters().get(3)));
        shown(
                "local-colors",
                join(
                        screen(96, 64, false),
                        descriptor(0, 0, 96, 64, 0x86),
                        palette(),
                        data(96, 64, look::quarter),
                        TRAILER),
                look);
        shown(
                "87a",
                Octets.patched(join(screen(96, 64, true), whole(look), TRAILER), 4, latin("7")),
                look);
        files.add(
                new OddFile(
                        "no-trailer.gif",
                        join(screen(96, 64, true), whole(look)),
                        new Truth.Damaged(look)));
    }

    private void addAnimations() {
        var loop = join(Octets.of(0x21, 0xff, 11), latin("NETSCAPE2.0"), Octets.of(3, 1, 0, 0, 0));
        var second = image(0, 0, 96, 64, (x, y) -> 3 - look.quarter(x, y));
        var patch = image(10, 10, 20, 20, (_, _) -> 0);
        shown(
                "animated",
                join(
                        screen(96, 64, true),
                        loop,
                        control(0, 0, 10),
                        whole(look),
                        control(0, 0, 10),
                        second,
                        TRAILER),
                look);
        for (var disposal = 0; disposal < 8; disposal++) {
            shown(
                    "disposal-" + disposal,
                    join(
                            screen(96, 64, true),
                            loop,
                            control(disposal << 2, 0, 5),
                            whole(look),
                            control(disposal << 2, 0, 5),
                            patch,
                            control(disposal << 2, 0, 5),
                            patch,
                            TRAILER),
                    look);
        }
        shown(
                "no-delay",
                join(
                        screen(96, 64, true),
                        control(0, 0, 0),
                        whole(look),
                        control(0, 0, 0),
                        second,
                        TRAILER),
                look);
    }

    private void addOdd() {
        files.add(
                OddFile.harmless(
                        "frame-outside.gif",
                        join(screen(96, 64, true), image(90, 60, 96, 64, look::quarter), TRAILER)));
        files.add(
                OddFile.harmless(
                        "frame-far-outside.gif",
                        join(
                                screen(96, 64, true),
                                image(60_000, 60_000, 20, 20, look::quarter),
                                TRAILER)));
        files.add(
                OddFile.harmless(
                        "no-colors.gif", join(screen(96, 64, false), whole(look), TRAILER)));
        files.add(
                OddFile.refused("no-image.gif", join(screen(96, 64, true), TRAILER), "truncated"));
        files.add(
                OddFile.harmless("no-screen.gif", join(screen(0, 0, true), whole(look), TRAILER)));
        files.add(
                OddFile.harmless(
                        "small-in-large.gif",
                        join(screen(5000, 5000, true), whole(look), TRAILER)));
        files.add(
                new OddFile(
                        "screen-65535.gif",
                        join(screen(65_535, 65_535, true), whole(look), TRAILER),
                        new Truth.Damaged(look))); // readers may believe the image instead
        files.add(
                OddFile.harmless(
                        "image-65535.gif",
                        join(
                                screen(96, 64, true),
                                descriptor(0, 0, 65_535, 65_535, 0),
                                data(96, 64, look::quarter),
                                TRAILER)));
        files.add(
                OddFile.harmless(
                        "code-size-12.gif",
                        join(
                                screen(96, 64, true),
                                descriptor(0, 0, 96, 64, 0),
                                Octets.of(12, 4, 1, 2, 3, 4, 0),
                                TRAILER)));
        files.add(
                OddFile.harmless(
                        "code-size-255.gif",
                        join(
                                screen(96, 64, true),
                                descriptor(0, 0, 96, 64, 0),
                                Octets.of(255, 4, 1, 2, 3, 4, 0),
                                TRAILER)));
        var frames = new byte[0];
        for (var i = 0; i < 200; i++) {
            frames = join(frames, control(0, 0, 2), image(i % 80, i % 50, 2, 2, (_, _) -> 1));
        }
        files.add(OddFile.harmless("many-frames.gif", join(screen(96, 64, true), frames, TRAILER)));
    }

    private void shown(String name, byte[] bytes, Look seen) {
        files.add(OddFile.shown(name + ".gif", bytes, "gif", seen));
    }

    /** Which of the first colours is where. */
    @FunctionalInterface
    private interface Indices {
        int at(int x, int y);
    }

    private byte[] screen(int width, int height, boolean colors) {
        var head =
                join(
                        latin("GIF89a"),
                        littleEndian16(width),
                        littleEndian16(height),
                        Octets.of(colors ? 0x86 : 0, 0, 0));
        return colors ? join(head, palette()) : head;
    }

    /** 128 colours, the look's first. */
    private byte[] palette() {
        var palette = new byte[3 * COLORS];
        for (var i = 0; i < 4; i++) {
            var color = look.quarters().get(i);
            palette[3 * i] = (byte) color.getRed();
            palette[3 * i + 1] = (byte) color.getGreen();
            palette[3 * i + 2] = (byte) color.getBlue();
        }
        return palette;
    }

    private static byte[] control(int flags, int transparent, int delay) {
        return join(
                Octets.of(0x21, 0xf9, 4, flags), littleEndian16(delay), Octets.of(transparent, 0));
    }

    private static byte[] whole(Look look) {
        return image(0, 0, look.width(), look.height(), look::quarter);
    }

    private static byte[] image(int left, int top, int width, int height, Indices indices) {
        return join(descriptor(left, top, width, height, 0), data(width, height, indices));
    }

    private static byte[] descriptor(int left, int top, int width, int height, int flags) {
        return join(
                Octets.of(0x2c),
                littleEndian16(left),
                littleEndian16(top),
                littleEndian16(width),
                littleEndian16(height),
                Octets.of(flags));
    }

    private static byte[] data(int width, int height, Indices indices) {
        var codes = new ByteArrayOutputStream();
        for (var i = 0; i < width * height; i++) {
            if (i % PER_TABLE == 0) {
                codes.write(CLEAR);
            }
            codes.write(indices.at(i % width, i / width));
        }
        codes.write(END);
        var out = new ByteArrayOutputStream();
        out.write(7);
        var all = codes.toByteArray();
        for (var at = 0; at < all.length; at += 255) {
            var block = Arrays.copyOfRange(all, at, Math.min(all.length, at + 255));
            out.write(block.length);
            out.writeBytes(block);
        }
        out.write(0);
        return out.toByteArray();
    }
}
