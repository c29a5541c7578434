package dev.lumiere.fop.worker;

import dev.lumiere.fop.Capability;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Spans;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to a worker, from its head to its end. Its memory, its place at the desk and its
 * timers are given back exactly once, however it ends.
 *
 * <p>The event loop receives and answers, a thread of the desk works, the watchdog's thread tells
 * of the deadline. Who moves the state from one to the next owns what follows.
 */
final class WorkTask implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** What the event loop gets to write answers before the process halts. */
    private static final Duration LAST_WORDS = Duration.ofMillis(50);

    private enum State {
        RECEIVING,
        QUEUED,
        WORKING,
        ANSWERING,
        ENDED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.RECEIVING);
    private final Cancellation cancellation = new Cancellation();
    private final Arena arena = Arena.ofShared();
    private final WorkDesk desk;
    private final Exchange exchange;
    private final WorkOrder order;
    private final Context eventLoop;
    private final Future<?> deadline;
    private volatile @Nullable Future<?> grace;
    private @Nullable NativeBody body;
    private final List<SourceInput> opened = new CopyOnWriteArrayList<>();
    private Spans.Running waiting;

    WorkTask(WorkDesk desk, Exchange exchange, WorkOrder order) {
        this.desk = desk;
        this.exchange = exchange;
        this.order = order;
        eventLoop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        waiting = exchange.spans().start("receive");
        deadline = desk.watchdog().at(order.deadline(), this::deadlinePassed);
    }

    /** On the event loop, like all that is about receiving. */
    void begin() {
        var request = exchange.request();
        request.exceptionHandler(_ -> callerGone());
        exchange.response().closeHandler(_ -> callerGone());
        if (order.source() != null) {
            received();
            return;
        }
        try {
            var length = request.getHeader("Content-Length");
            var into =
                    new NativeBody(
                            arena,
                            length == null ? -1 : Long.parseLong(length),
                            desk.config.maxBodyBytes());
            body = into;
            request.handler(chunk -> receive(into, chunk));
            request.endHandler(_ -> received());
        } catch (Problem.Refused e) {
            refuseWhileReceiving(e.problem());
        }
    }

    private void receive(NativeBody into, Buffer chunk) {
        if (state.get() != State.RECEIVING) {
            return;
        }
        try {
            into.add(((BufferInternal) chunk).getByteBuf());
        } catch (Problem.Refused e) {
            refuseWhileReceiving(e.problem());
        }
    }

    private void refuseWhileReceiving(Problem problem) {
        if (state.compareAndSet(State.RECEIVING, State.ANSWERING)) {
            exchange.refuse(problem);
            end();
        }
    }

    private void received() {
        if (state.compareAndSet(State.RECEIVING, State.QUEUED)) {
            waiting.close();
            waiting = exchange.spans().start("queue");
            desk.submit(this);
        }
    }

    private void callerGone() {
        if (state.compareAndSet(State.RECEIVING, State.ENDED)) {
            giveBack();
            return;
        }
        cancellation.cancel(Cancellation.Reason.CALLER_GONE);
        if (desk.withdraw(this)) {
            end();
        }
    }

    private void deadlinePassed() {
        // looked at before: what is cancelled now may be answered at once, and that is in time
        var unread = state.get() == State.ANSWERING;
        cancellation.cancel(Cancellation.Reason.DEADLINE);
        if (desk.withdraw(this)) {
            exchange.refuse(tooLate());
            end();
            return;
        }
        grace =
                desk.watchdog()
                        .at(desk.clock.instant().plus(desk.config.grace()), this::graceIsOver);
        eventLoop.runOnContext(_ -> {
            refuseWhileReceiving(tooLate());
            if (unread && state.get() == State.ANSWERING) {
                // A client that does not read its answer.
                exchange.request().connection().close();
            }
        });
    }

    private void graceIsOver() {
        if (state.get() == State.WORKING) {
            exchange.refuse(tooLate());
            var _ =
                    desk.watchdog()
                            .at(
                                    desk.clock.instant().plus(LAST_WORDS),
                                    () ->
                                            desk.halt(
                                                    "a handler goes on after its deadline",
                                                    exchange.trace().traceId()));
        }
    }

    /** On a thread of the desk. */
    @Override
    public void run() {
        if (!state.compareAndSet(State.QUEUED, State.WORKING)) {
            return;
        }
        waiting.close();
        try {
            if (cancellation.isCancelled()) {
                throw tooLate().refused();
            }
            answer(desk.handler.handle(request()));
        } catch (OutOfMemoryError e) {
            desk.halt("out of memory", exchange.trace().traceId());
            throw e;
        } catch (Throwable e) {
            fail(e);
        }
    }

    private WorkRequest request() {
        var bounds = new SourceClient.Bounds(arena, order.deadline(), cancellation);
        return new WorkRequest(
                order.stages(),
                source(bounds),
                inputs(bounds),
                outputs(bounds),
                exchange.trace(),
                order.requestId(),
                order.deadline(),
                cancellation,
                exchange.spans(),
                arena);
    }

    private WorkInput source(SourceClient.Bounds bounds) {
        var headers = exchange.request().headers();
        var received = body;
        if (received == null) {
            var from = Objects.requireNonNull(order.source());
            return input(from, bounds, headers.get("X-Qiniu-Mime"));
        }
        var type = headers.get("Content-Type");
        return WorkInput.of(received.bytes(), type == null ? WorkInput.UNKNOWN_TYPE : type);
    }

    private Map<String, WorkInput> inputs(SourceClient.Bounds bounds) {
        var inputs = new HashMap<String, WorkInput>();
        order.inputs().forEach((name, from) -> inputs.put(name, input(from, bounds, null)));
        return inputs;
    }

    private Map<String, WorkOutput> outputs(SourceClient.Bounds bounds) {
        var outputs = new HashMap<String, WorkOutput>();
        order.outputs()
                .forEach((name, to) -> outputs.put(name, new PutOutput(sources(), to, bounds)));
        return outputs;
    }

    private WorkInput input(
            Capability from, SourceClient.Bounds bounds, @Nullable String contentType) {
        var input = new SourceInput(sources(), from, bounds, contentType);
        opened.add(input);
        return input;
    }

    private SourceClient sources() {
        return Objects.requireNonNull(desk.sources, "checked when the order was read");
    }

    private void answer(WorkResult result) {
        if (cancellation.isCancelled()) {
            result.release().run();
            throw tooLate().refused();
        }
        state.set(State.ANSWERING);
        tellHow();
        try {
            exchange.answer(200, result.contentType(), wrapped(result.bytes()))
                    .onComplete(_ -> {
                        result.release().run();
                        end();
                    });
        } catch (RuntimeException e) {
            result.release().run();
            throw e;
        }
    }

    private void fail(Throwable cause) {
        state.set(State.ANSWERING);
        tellHow();
        if (cancellation.reason() == Cancellation.Reason.DEADLINE) {
            exchange.refuse(tooLate());
        } else if (cause instanceof Problem.Refused refused) {
            exchange.refuse(refused.problem());
        } else if (!cancellation.isCancelled()) {
            LOG.atError()
                    .addKeyValue("trace", exchange.trace().traceId())
                    .addKeyValue("stages", order.stages())
                    .setCause(cause)
                    .log("a handler failed");
            exchange.refuse(Problem.of(500, "internal error"));
        }
        end();
    }

    private void tellHow() {
        var response = exchange.response();
        if (!response.headWritten()) {
            response.putHeader("Server-Timing", exchange.spans().serverTiming())
                    .putHeader(
                            "Lumiere-Utilization",
                            String.format(Locale.ROOT, "%.2f", desk.utilization()));
        }
    }

    private void end() {
        if (state.getAndSet(State.ENDED) != State.ENDED) {
            giveBack();
        }
    }

    private void giveBack() {
        deadline.cancel(false);
        var watching = grace;
        if (watching != null) {
            watching.cancel(false);
        }
        desk.ended();
        opened.forEach(SourceInput::close);
        arena.close();
    }

    /** The same memory as Vert.x writes it, without a copy; below 2 GiB. */
    private static Buffer wrapped(MemorySegment bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.asByteBuffer()));
    }

    private static Problem tooLate() {
        return Problem.timeout("the deadline passed");
    }
}
