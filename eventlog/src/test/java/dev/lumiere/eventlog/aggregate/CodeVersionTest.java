package dev.lumiere.eventlog.aggregate;

import static dev.lumiere.eventlog.aggregate.CodeVersionSamplesTypes.TYPES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.aggregate.CodeVersionSamples.Balance;
import dev.lumiere.eventlog.aggregate.CodeVersionSamples.Spending;
import dev.lumiere.eventlog.aggregate.CodeVersionSamples.Spent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeVersionTest {
    private static final String SAMPLES = CodeVersionSamples.class.getName();

    /**
     * Classes of the samples, compiled as if there were another word in one of them. One of them
     * comes from another jar.
     */
    private static final class Recompiled extends ClassLoader {
        private final String changed;

        private Recompiled(String changed) {
            super(CodeVersionTest.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(SAMPLES)) {
                return super.loadClass(name, resolve);
            }
            var loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (var code = getResourceAsStream(name.replace('.', '/') + ".class")) {
                var bytes = code.readAllBytes();
                var from = name.endsWith("Elsewhere") ? EventLog.class : CodeVersionTest.class;
                var source = from.getProtectionDomain();
                return defineClass(name, bytes, 0, bytes.length, source);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            try (var stream = super.getResourceAsStream(name)) {
                var code = new String(stream.readAllBytes(), ISO_8859_1);
                if (name.endsWith("/" + changed + ".class")) {
                    assertThat(code).contains("a word");
                    code = code.replace("a word", "change");
                }
                return new ByteArrayInputStream(code.getBytes(ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String version(String changed) throws Exception {
        var loader = new Recompiled(changed);
        var types = loader.loadClass(SAMPLES + "Types").getDeclaredField("TYPES");
        var decider = loader.loadClass(SAMPLES + "$Spending").getDeclaredConstructor();
        types.setAccessible(true);
        decider.setAccessible(true);
        return CodeVersion.of(
                (Decider<?, ?, ?>) decider.newInstance(),
                (EventTypes<?>) types.get(null),
                loader.loadClass(SAMPLES + "$Balance"),
                1);
    }

    private static String version() {
        return CodeVersion.of(new Spending(), TYPES, Balance.class, 1);
    }

    @Test
    void theSameCodeIsTheSameVersion() throws Exception {
        assertThat(version("nothing")).isEqualTo(version("none"));
    }

    @Test
    void codeOfAnotherJarIsNotInIt() throws Exception {
        assertThat(version("CodeVersionSamplesElsewhere")).isEqualTo(version("nothing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CodeVersionSamples$Spending",
                "CodeVersionSamplesBase",
                "CodeVersionSamplesDefault",
                "CodeVersionSamplesRates",
                "CodeVersionSamplesCalledByRates",
                "CodeVersionSamplesMoney",
                "CodeVersionSamplesUpcasts",
            })
    void whoeverChangesAClassChangesTheVersion(String changed) throws Exception {
        assertThat(version(changed)).isNotEqualTo(version("nothing"));
    }

    @Test
    void whatItIsOfIsInIt() {
        var decider = new Spending();
        assertThat(CodeVersion.of(decider, TYPES, Balance.class, 2)).isNotEqualTo(version());
        assertThat(CodeVersion.of(decider, TYPES, Spent.class, 1)).isNotEqualTo(version());
        var others = new EventTypes<>(EventType.of("Other", Spent.class));
        assertThat(CodeVersion.of(decider, others, Balance.class, 1)).isNotEqualTo(version());
    }

    /** As of a lambda, whose class is in no file. */
    @Test
    void codeThatCannotBeReadIsRefused() {
        Runnable lambda = () -> {};
        assertThatThrownBy(() -> CodeVersion.of(new Spending(), TYPES, lambda.getClass(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its code cannot be read");
    }
}

/** The names of the others begin as this one's. Each has a word in it that can be changed. */
final class CodeVersionSamples {
    private CodeVersionSamples() {}

    record Spent(long cents) {}

    record Balance(CodeVersionSamplesMoney money) {}

    static final class Spending extends CodeVersionSamplesBase
            implements CodeVersionSamplesDefault {
        @Override
        public List<Spent> decide(Long command, Balance state) throws Rejected {
            throw new Rejected("a word");
        }

        @Override
        public Balance evolve(Balance state, Spent event) {
            CodeVersionSamplesRates.of(event);
            CodeVersionSamplesElsewhere.check(event);
            return state;
        }
    }
}

abstract class CodeVersionSamplesBase
        implements Decider<Long, CodeVersionSamples.Balance, CodeVersionSamples.Spent> {
    @Override
    public CodeVersionSamples.Balance initial() {
        throw new IllegalStateException("a word");
    }
}

interface CodeVersionSamplesDefault {
    default String text() {
        return "a word";
    }
}

final class CodeVersionSamplesRates {
    private CodeVersionSamplesRates() {}

    static String of(CodeVersionSamples.Spent event) {
        return "a word" + CodeVersionSamplesCalledByRates.of(event);
    }
}

final class CodeVersionSamplesCalledByRates {
    private CodeVersionSamplesCalledByRates() {}

    static String of(CodeVersionSamples.Spent event) {
        return "a word" + event;
    }
}

final class CodeVersionSamplesElsewhere {
    private CodeVersionSamplesElsewhere() {}

    static void check(CodeVersionSamples.Spent event) {
        if (event.cents() < 0) {
            throw new IllegalArgumentException("a word");
        }
    }
}

record CodeVersionSamplesMoney(long cents) {
    @Override
    public String toString() {
        return "a word " + cents;
    }
}

final class CodeVersionSamplesUpcasts {
    private CodeVersionSamplesUpcasts() {}

    static ObjectNode second(ObjectNode first) {
        return first.put("a word", 1);
    }
}

/** Which no other class names. */
final class CodeVersionSamplesTypes {
    static final EventTypes<Spent> TYPES =
            new EventTypes<>(
                    new EventType<>(
                            "Spent", Spent.class, List.of(CodeVersionSamplesUpcasts::second)));

    private CodeVersionSamplesTypes() {}
}
