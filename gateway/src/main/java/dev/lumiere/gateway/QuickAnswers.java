package dev.lumiere.gateway;

import dev.lumiere.service.limit.RateLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is asked for most and needs least, a whole result from memory, right behind the
 * decoder: a request and response of Vert.x would cost more than all steps together. Every other
 * request goes on to Vert.x untouched, and so does every one that comes while Vert.x still has an
 * answer to give on the same connection, since answers keep the order of their requests.
 */
final class QuickAnswers {
    /** Up to here a body is copied behind its head: one piece to the system costs less than two. */
    private static final int MAX_COPIED_BYTES = 16 << 10;

    /** More than a head takes, apart from what is as long as others please. */
    private static final int HEAD_BYTES = 1024;

    private static final byte[] OK = "HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COLON_SPACE = ':' << 8 | ' ';
    private static final int CR_LF = '\r' << 8 | '\n';

    /** With any of these there is more to answering than sending all. */
    private static final AsciiString[] DEMANDING = {
        HttpHeaderNames.IF_NONE_MATCH,
        HttpHeaderNames.IF_MODIFIED_SINCE,
        HttpHeaderNames.RANGE,
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.UPGRADE,
        HttpHeaderNames.EXPECT,
    };

    private final RequestPath path;
    private final ResultHeaders resultHeaders;

    QuickAnswers(RequestPath path, ResultHeaders resultHeaders) {
        this.path = path;
        this.resultHeaders = resultHeaders;
    }

    /** Takes its place on a new connection, between decoder and Vert.x. */
    void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection http1) {
            var vertx = http1.channelHandlerContext();
            var encoder = vertx.pipeline().context(HttpResponseEncoder.class);
            vertx.pipeline()
                    .addBefore(
                            vertx.name(),
                            "quick-answers",
                            new OnConnection(
                                    encoder, RateLimits.addressOf(connection.remoteAddress())));
        }
    }

    /** One connection; runs on its event loop. */
    private final class OnConnection extends ChannelDuplexHandler {
        /** What is written here is not encoded any more. */
        private final ChannelHandlerContext wire;

        private final @Nullable InetAddress peer;

        /** Says nothing, as a caller that goes away is no error. */
        private final ChannelPromise silent;

        /** How many answers Vert.x owes. */
        private int owed;

        /** Whether a request has come after which none is to be answered. */
        private boolean ending;

        /** Whether the rest of a request that is answered is still to come. */
        private boolean answered;

        private boolean unflushed;

        /** Whether the caller is to read first what was sent. */
        private boolean stopped;

        /**
         * What was read in one piece with the request that has to wait: at most 64 KiB of requests.
         */
        private final Queue<Object> held = new ArrayDeque<>(0);

        OnConnection(ChannelHandlerContext wire, @Nullable InetAddress peer) {
            this.wire = wire;
            this.peer = peer;
            silent = new VoidChannelPromise(wire.channel(), false);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (stopped || mustWait(message)) {
                held.add(message);
            } else {
                take(context, message);
            }
        }

        /** A caller that asks and does not read must not fill the memory with answers. */
        private boolean mustWait(Object message) {
            if (owed > 0 || !(message instanceof HttpRequest) || wire.channel().isWritable()) {
                return false;
            }
            flush();
            if (wire.channel().isWritable()) {
                return false;
            }
            stopped = true;
            wire.channel().config().setAutoRead(false);
            return true;
        }

        private void take(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                answered = owed == 0 && !ending && isPlain(request) && answer(request);
                if (!answered) {
                    owed++;
                    ending |= request.decoderResult().isFailure() || !HttpUtil.isKeepAlive(request);
                    context.fireChannelRead(request);
                }
            } else if (answered) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            flush();
            context.fireChannelReadComplete();
        }

        private void flush() {
            if (unflushed) {
                unflushed = false;
                wire.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (stopped && wire.channel().isWritable()) {
                stopped = false;
                reads(context);
                // before what is held goes on, as Vert.x may want to stop too
                wire.channel().config().setAutoRead(true);
                while (!held.isEmpty() && !mustWait(held.element())) {
                    take(context, held.remove());
                }
                channelReadComplete(context);
            }
            context.fireChannelWritabilityChanged();
        }

        /** What is written to the wire passes by the one who closes idle connections. */
        private static void reads(ChannelHandlerContext context) {
            var idle = context.pipeline().get(IdleStateHandler.class);
            if (idle != null) {
                idle.resetWriteTimeout();
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            held.forEach(ReferenceCountUtil::release);
            held.clear();
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof LastHttpContent && !isInterim(message)) {
                owed--;
            }
            var _ = context.write(message, promise);
        }

        private boolean answer(HttpRequest request) {
            var exchange = path.beginQuickly(request, peer);
            var hit = path.hit(exchange);
            if (hit == null) {
                return false;
            }
            var length = hit.bytes().length();
            var head = head(wire.alloc(), exchange, hit);
            var body = ((BufferInternal) hit.bytes()).getByteBuf();
            if (head.writableBytes() >= length) {
                var _ = wire.write(head.writeBytes(body, 0, length), silent);
            } else {
                var _ = wire.write(head, silent);
                var _ = wire.write(body, silent);
            }
            unflushed = true;
            exchange.answered(200, length);
            return true;
        }
    }

    /** The head, with room for the body behind it where that is small. */
    private ByteBuf head(ByteBufAllocator allocator, QuickExchange exchange, RequestPath.Hit hit) {
        var reading = hit.found().reading();
        var rendition = hit.rendition();
        var length = hit.bytes().length();
        var room = length <= MAX_COPIED_BYTES ? length : 0;
        var to = allocator.directBuffer(HEAD_BYTES + lengthOf(reading.disposition()) + room);
        to.writeBytes(OK);
        resultHeaders.put(
                exchange,
                hit.found(),
                rendition.etag(),
                rendition.contentType(),
                true,
                (name, value) -> put(to, name, value));
        put(to, HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
        return to.writeShort(CR_LF);
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static boolean isPlain(HttpRequest request) {
        return request.decoderResult().isSuccess()
                && request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && isPlain(request.headers());
    }

    private static boolean isPlain(HttpHeaders headers) {
        for (var name : DEMANDING) {
            if (headers.contains(name)) {
                return false;
            }
        }
        for (var option : headers.getAll(HttpHeaderNames.CONNECTION)) {
            if (!option.equalsIgnoreCase("keep-alive")) {
                return false;
            }
        }
        return true;
    }

    /** {@code 100 Continue} and the like, after which the answer is still to come. */
    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private static void put(ByteBuf out, CharSequence name, CharSequence value) {
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(COLON_SPACE);
        ByteBufUtil.writeAscii(out, value);
        out.writeShort(CR_LF);
    }
}
