package dev.lumiere.deploy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A seccomp program that refuses what a worker never needs and attacks on the kernel do: new
 * namespaces, mounts, tracing, keys, BPF, io_uring, modules, and sockets other than Unix, IP and
 * netlink. All else is allowed.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/seccomp_filter.html">Seccomp BPF</a>
 */
final class SystemCallFilter {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_AT_LEAST = 0x35;
    private static final int JUMP_IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;

    private static final int ALLOW = 0x7fff0000;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int FAIL = 0x00050000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    private static final int CLONE_NEWUSER = 0x10000000;
    private static final int X32_BIT = 0x40000000;
    private static final int[] SOCKET_FAMILIES = {1 /* unix */, 2, 10 /* IPv6 */, 16 /* netlink */};

    /** Numbers that are the same everywhere: io_uring, the new mount calls, pidfd_getfd. */
    private static final int[] REFUSED_EVERYWHERE = {
        425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442
    };

    /**
     * unshare, setns, mount, umount2, pivot_root, ptrace, process_vm_readv and _writev, add_key,
     * request_key, keyctl, bpf, perf_event_open, userfaultfd, kexec_load and _file_load,
     * init_module, finit_module, delete_module, open_by_handle_at.
     */
    private static final int[] REFUSED_X86_64 = {
        272, 308, 165, 166, 155, 101, 310, 311, 248, 249, 250, 321, 298, 323, 246, 320, 175, 313,
        176, 304
    };

    private static final int[] REFUSED_AARCH64 = {
        97, 268, 40, 39, 41, 117, 270, 271, 217, 218, 219, 280, 241, 282, 104, 294, 105, 273, 106,
        265
    };

    private static final int CLONE3 = 435;

    private final List<long[]> program = new ArrayList<>();

    private SystemCallFilter() {}

    /**
     * The program for a kind of machine.
     *
     * @param machine as {@code os.arch} names it
     * @return empty if its system calls are not known here
     */
    static Optional<byte[]> of(String machine) {
        return switch (machine) {
            case "amd64", "x86_64" ->
                    Optional.of(new SystemCallFilter().build(0xC000003E, REFUSED_X86_64, 56, 41));
            case "aarch64" ->
                    Optional.of(
                            new SystemCallFilter().build(0xC00000B7, REFUSED_AARCH64, 220, 198));
            default -> Optional.empty();
        };
    }

    private byte[] build(int architecture, int[] refused, int clone, int socket) {
        add(LOAD_WORD, 0, 0, ARCHITECTURE);
        add(JUMP_IF_EQUAL, 1, 0, architecture);
        add(RETURN, 0, 0, KILL_PROCESS);
        add(LOAD_WORD, 0, 0, NUMBER);
        failIf(JUMP_IF_AT_LEAST, X32_BIT, EPERM);
        for (var number : refused) {
            failIf(JUMP_IF_EQUAL, number, EPERM);
        }
        for (var number : REFUSED_EVERYWHERE) {
            failIf(JUMP_IF_EQUAL, number, EPERM);
        }
        failIf(JUMP_IF_EQUAL, CLONE3, ENOSYS); // Its flags are out of reach; libc falls back.

        add(JUMP_IF_EQUAL, 0, 4, clone);
        add(LOAD_WORD, 0, 0, FIRST_ARGUMENT);
        failIf(JUMP_IF_ANY_BIT, CLONE_NEWUSER, EPERM);
        add(RETURN, 0, 0, ALLOW);

        add(JUMP_IF_EQUAL, 1, 0, socket);
        add(RETURN, 0, 0, ALLOW);
        add(LOAD_WORD, 0, 0, FIRST_ARGUMENT);
        for (var family : SOCKET_FAMILIES) {
            add(JUMP_IF_EQUAL, 0, 1, family);
            add(RETURN, 0, 0, ALLOW);
        }
        add(RETURN, 0, 0, FAIL | EAFNOSUPPORT);
        return bytes();
    }

    private void failIf(int jump, int value, int error) {
        add(jump, 0, 1, value);
        add(RETURN, 0, 0, FAIL | error);
    }

    private void add(int code, int ifTrue, int ifFalse, int value) {
        program.add(new long[] {code, ifTrue, ifFalse, value});
    }

    private byte[] bytes() {
        var bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.nativeOrder());
        for (var step : program) {
            bytes.putShort((short) step[0])
                    .put((byte) step[1])
                    .put((byte) step[2])
                    .putInt((int) step[3]);
        }
        return bytes.array();
    }
}
