package dev.lumiere.systemtest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ways in which a file comes to harm, or is harmed. */
enum Mutation {
    /** Single bits, as from a bad disk. */
    BITS {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var copy = file.clone();
            for (var i = random.nextInt(1, 4); i > 0; i--) {
                copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return copy;
        }
    },
    /** Bytes of the first part, where what is said about the rest stands. */
    HEADER {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var copy = file.clone();
            for (var i = random.nextInt(1, 3); i > 0; i--) {
                copy[random.nextInt(Math.min(copy.length, 300))] = odd(random);
            }
            return copy;
        }
    },
    /** A run of equal bytes. */
    RUN {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var copy = file.clone();
            var from = random.nextInt(copy.length);
            var to = Math.min(copy.length, from + random.nextInt(1, 16));
            Arrays.fill(copy, from, to, odd(random));
            return copy;
        }
    },
    /** A number that could be a length, an offset or a size. */
    NUMBER {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var copy = Arrays.copyOf(file, Math.max(file.length, 4));
            var order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            var buffer = ByteBuffer.wrap(copy).order(order);
            var at = random.nextInt(copy.length - 3);
            var lie = NUMBERS[random.nextInt(NUMBERS.length)];
            if (random.nextBoolean()) {
                buffer.putInt(at, lie);
            } else {
                buffer.putShort(at, (short) lie);
            }
            return copy;
        }
    },
    REMOVED {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var from = random.nextInt(file.length);
            var to = Math.min(file.length, from + random.nextInt(1, 64));
            return joined(file, 0, from, file, to, file.length);
        }
    },
    TWICE {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var from = random.nextInt(file.length);
            var to = random.nextInt(from, file.length) + 1;
            return joined(file, 0, to, file, from, file.length);
        }
    },
    /** The beginning of one file and the end of another. */
    SPLICED {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            var to = random.nextInt(file.length);
            var from = Math.min(random.nextInt(to + 1), other.length);
            return joined(file, 0, to, other, from, other.length);
        }
    },
    CUT {
        @Override
        byte[] of(byte[] file, byte[] other, RandomGenerator random) {
            return Arrays.copyOf(file, random.nextInt(file.length) + 1);
        }
    };

    private static final int[] NUMBERS = {
        0, 1, -1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 30_000, 0x7fffffff, 0x80000000, 0x40000000
    };

    /**
     * @param file at least one byte
     */
    abstract byte[] of(byte[] file, byte[] other, RandomGenerator random);

    /** One, two or three of them; mostly one, since much damage is seen at once. */
    static byte[] several(byte[] file, byte[] other, RandomGenerator random) {
        var mutated = file;
        for (var i = 1 + random.nextInt(3) * random.nextInt(2); i > 0 && mutated.length > 0; i--) {
            mutated = values()[random.nextInt(values().length)].of(mutated, other, random);
        }
        return mutated;
    }

    private static byte odd(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Byte.MAX_VALUE;
            default -> (byte) random.nextInt();
        };
    }

    private static byte[] joined(byte[] a, int from, int to, byte[] b, int start, int end) {
        var out = new ByteArrayOutputStream();
        out.write(a, from, to - from);
        out.write(b, start, end - start);
        return out.toByteArray();
    }
}
