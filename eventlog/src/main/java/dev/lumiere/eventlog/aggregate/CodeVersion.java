package dev.lumiere.eventlog.aggregate;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which code makes a state of events: a hash of the compiled decider, of the state's record, of all
 * events' records, schemas and upcasters, and of every class that any of these names, and that
 * these name, which comes from the same jars or folders. Whoever changes any of them changes it,
 * whether they think of it or not; at worst a state is folded anew.
 *
 * <p>Not in it are other jars, the JDK, and what no class names: what a decider is given when it is
 * made, or finds by reflection. Who changes these changes the form.
 */
final class CodeVersion {
    /** Of descriptors and signatures: {@code Ljava/util/List<Ljava/lang/String;>;}. */
    private static final Pattern NAMED = Pattern.compile("L([\\p{javaJavaIdentifierPart}/]+)[;<]");

    private final Set<String> sources = new HashSet<>();
    private final Map<String, byte[]> code = new TreeMap<>();
    private final Deque<Class<?>> toRead = new ArrayDeque<>();

    private CodeVersion() {}

    /**
     * A hash in hexadecimal.
     *
     * @throws IllegalArgumentException if the code of a decider, state or event cannot be read
     */
    static String of(Decider<?, ?, ?> decider, EventTypes<?> types, Class<?> state, int form) {
        var known = new StringBuilder();
        var version = new CodeVersion();
        version.root(decider.getClass());
        version.root(state);
        known.append("%d\n%s\n%s\n".formatted(form, decider.getClass().getName(), state.getName()));
        types.all().stream()
                .sorted(Comparator.comparing(EventType::name))
                .forEach(type -> {
                    known.append("%s/%d\n".formatted(type.name(), type.schema()));
                    version.root(type.type());
                    type.upcasters().forEach(upcaster -> version.root(writtenIn(upcaster)));
                });
        version.readAll();
        return version.hash(known.toString());
    }

    /** A lambda has no code of its own: it is in the class that it is written in. */
    private static Class<?> writtenIn(Object function) {
        return function.getClass().getNestHost();
    }

    private void root(Class<?> one) {
        sources.add(source(one));
        toRead.add(one);
    }

    /** The jar or folder it comes from; empty if that is not known. */
    private static String source(Class<?> one) {
        var source = one.getProtectionDomain().getCodeSource();
        return source == null ? "" : String.valueOf(source.getLocation());
    }

    private void readAll() {
        while (!toRead.isEmpty()) {
            var one = toRead.remove();
            if (code.containsKey(one.getName())) {
                continue;
            }
            var bytes = bytes(one);
            code.put(one.getName(), bytes);
            for (var name : named(bytes)) {
                addIfOurs(name, one.getClassLoader());
            }
        }
    }

    /** Also what only looks like a name; there is no class of that name then. */
    private static Set<String> named(byte[] bytes) {
        var names = new HashSet<String>();
        for (var entry : ClassFile.of().parse(bytes).constantPool()) {
            switch (entry) {
                case ClassEntry named -> names.add(named.asInternalName());
                case Utf8Entry text ->
                        NAMED.matcher(text.stringValue())
                                .results()
                                .forEach(found -> names.add(found.group(1)));
                default -> {}
            }
        }
        return names;
    }

    private void addIfOurs(String internalName, @Nullable ClassLoader loader) {
        var name = internalName.replace('/', '.');
        if (name.startsWith("java.") || name.startsWith("[") || code.containsKey(name)) {
            return;
        }
        try {
            var one = Class.forName(name, false, loader);
            if (one.getClassLoader() != null && sources.contains(source(one))) {
                toRead.add(one);
            }
        } catch (ClassNotFoundException | LinkageError _) {
            // it is not there to be used either
        }
    }

    private static byte[] bytes(Class<?> one) {
        if (one.isHidden()) {
            throw new IllegalArgumentException("its code cannot be read: " + one);
        }
        var file = one.getName().substring(one.getName().lastIndexOf('.') + 1) + ".class";
        try (var stream = one.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalArgumentException("its code cannot be read: " + one);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new IllegalArgumentException("its code cannot be read: " + one, e);
        }
    }

    private String hash(String known) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(known.getBytes(StandardCharsets.UTF_8));
            code.values().forEach(hash::update);
            return HexFormat.of().formatHex(Arrays.copyOf(hash.digest(), 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
