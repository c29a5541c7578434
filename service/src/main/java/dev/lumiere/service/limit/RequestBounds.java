package dev.lumiere.service.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time a client has for a request, from its first byte on, after which the connection is
 * closed: one that trickles byte by byte is never idle. A request that comes in one piece, as most
 * do, starts no timer. And the number of its headers; with more than {@value #MAX_HEADERS} it goes
 * on as one that cannot be decoded.
 */
public final class RequestBounds {
    /** As with Apache; browsers send about 25. */
    static final int MAX_HEADERS = 100;

    private final Duration time;
    private final Part part;

    /** What has to be there in time. */
    public enum Part {
        /** The head alone, where somebody else looks after the body. */
        HEAD,
        /** The body too. */
        WHOLE
    }

    /** With this time for this part. */
    public RequestBounds(Duration time, Part part) {
        this.time = time;
        this.part = part;
    }

    /** Looks at what comes on a new connection. */
    public void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection http1) {
            var pipeline = http1.channelHandlerContext().pipeline();
            var decoder = pipeline.context(HttpRequestDecoder.class);
            if (decoder != null) {
                var watch = new Watch(decoder.channel());
                pipeline.addBefore(decoder.name(), "bytes-in-bounds", watch.bytes);
                pipeline.addAfter(decoder.name(), "requests-in-bounds", watch.messages);
            }
        }
    }

    /** Of one connection; runs on its event loop. */
    private final class Watch {
        private final Channel channel;
        private final Bytes bytes = new Bytes();
        private final Messages messages = new Messages();

        /** Whether bytes have come of a request that is not there. */
        private boolean begun;

        /** Whether a head is there and its body may still come, which is not looked at. */
        private boolean inBody;

        /** Whether a request had too many headers; none after it is looked at. */
        private boolean broken;

        private @Nullable Future<?> timer;

        Watch(Channel channel) {
            this.channel = channel;
        }

        private void begin() {
            if (begun && timer == null) {
                timer =
                        channel.eventLoop()
                                .schedule(this::late, time.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private void late() {
            timer = null;
            if (channel.config().isAutoRead()) {
                var _ = channel.close();
            } else { // it is we who do not read
                begin();
            }
        }

        private void done() {
            begun = false;
            if (timer != null) {
                timer.cancel(false);
                timer = null;
            }
        }

        private void message(Object message) {
            if (message instanceof HttpRequest request) {
                if (headers(request) > MAX_HEADERS) {
                    broken = true;
                    var cause = new TooLongHttpHeaderException("over " + MAX_HEADERS + " headers");
                    request.setDecoderResult(DecoderResult.failure(cause));
                }
                if (part == Part.HEAD) {
                    done();
                    inBody = true;
                }
            }
            if (message instanceof LastHttpContent) {
                done();
                inBody = false;
            }
        }

        /** Their size would be that of the set of their names. */
        private static int headers(HttpRequest request) {
            var count = 0;
            for (var all = request.headers().iteratorCharSequence(); all.hasNext(); all.next()) {
                count++;
            }
            return count;
        }

        /** Before the decoder. */
        private final class Bytes extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                begun |= !inBody;
                context.fireChannelRead(message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                begin();
                context.fireChannelReadComplete();
            }

            @Override
            public void handlerRemoved(ChannelHandlerContext context) {
                done();
            }
        }

        /** Behind it. */
        private final class Messages extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (broken) {
                    ReferenceCountUtil.release(message);
                    return;
                }
                message(message);
                context.fireChannelRead(message);
            }
        }
    }
}
