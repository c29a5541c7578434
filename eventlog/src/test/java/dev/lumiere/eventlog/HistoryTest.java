package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private final History history = new History();

    private void isRefused() {
        assertThatThrownBy(() -> history.check(List.of(A, B))).isInstanceOf(AssertionError.class);
    }

    @Test
    void callsAtOnceMaySeeEither() {
        history.appended(0, 10, 1, A);
        history.appended(5, 15, 2, B);
        history.seen(1, 9, 0);
        history.seen(2, 8, 2);
        history.seen(7, 20, 1);
        assertThatCode(() -> history.check(List.of(A, B))).doesNotThrowAnyException();
    }

    @Test
    void aReadAfterAnAppendSeesIt() {
        history.appended(0, 10, 1, A);
        history.seen(11, 12, 0);
        isRefused();
    }

    @Test
    void aReadAfterAReadSeesNoLess() {
        history.appended(0, 30, 1, A);
        history.seen(5, 10, 1);
        history.seen(11, 12, 0);
        isRefused();
    }

    @Test
    void aReadSeesNothingThatBeginsLater() {
        history.seen(0, 5, 1);
        history.appended(6, 10, 1, A);
        isRefused();
    }

    @Test
    void anAppendAfterAnotherIsLater() {
        history.appended(0, 10, 2, B);
        history.appended(11, 20, 1, A);
        isRefused();
    }

    @Test
    void whatWasAcknowledgedIsThere() {
        history.appended(0, 10, 1, B);
        isRefused();
    }
}
