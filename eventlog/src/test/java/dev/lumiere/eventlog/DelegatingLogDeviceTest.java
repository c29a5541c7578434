package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DelegatingLogDeviceTest {
    /** One with a default, too, which the other device may have better. */
    @Test
    void noMethodOfADeviceIsForgotten() {
        for (var method : LogDevice.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                assertThatCode(() ->
                                DelegatingLogDevice.class.getDeclaredMethod(
                                        method.getName(), method.getParameterTypes()))
                        .as(method + Arrays.toString(method.getParameterTypes()))
                        .doesNotThrowAnyException();
            }
        }
    }
}
