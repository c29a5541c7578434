package dev.lumiere.service.file;

import dev.lumiere.service.Listen;
import dev.lumiere.service.registry.Address;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands files to other processes on this host, over a Unix socket. A caller sends a name and a line
 * feed and gets one byte with the descriptor ({@code SCM_RIGHTS}), or the byte {@code -} without
 * one; then it may ask again. Who asks before is cut off, so that nobody makes us hold more open
 * files than connections.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class DescriptorServer implements AutoCloseable {
    private static final int MAX_NAME_BYTES = 128;
    private static final int MAX_CONNECTIONS = 1024;

    private final Function<String, @Nullable OpenFile> files;
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel channel;

    /**
     * Listens.
     *
     * @param path of the socket, at most 107 bytes
     * @param files what a name stands for, asked on an event loop; null is refused, and so is what
     *     is neither {@link OpenFile#sealed} nor {@link OpenFile#inMemory}: through a descriptor
     *     the file itself could be written to
     * @throws IOException if it cannot listen there
     */
    private DescriptorServer(
            VertxInternal vertx, Path path, Function<String, @Nullable OpenFile> files)
            throws IOException {
        this.files = files;
        Listen.on(new Address.Unix(path)).clear();
        var bound =
                new ServerBootstrap()
                        .group(vertx.acceptorEventLoopGroup(), vertx.nettyEventLoopGroup())
                        .channel(EpollServerDomainSocketChannel.class)
                        .childHandler(new Accept())
                        .bind(new DomainSocketAddress(path.toFile()))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + path, bound.cause());
        }
        channel = bound.channel();
    }

    /** As the constructor; null where this system cannot hand descriptors on. */
    public static @Nullable DescriptorServer start(
            Vertx vertx, Path path, Function<String, @Nullable OpenFile> files) throws IOException {
        return Epoll.isAvailable() && vertx.isNativeTransportEnabled()
                ? new DescriptorServer((VertxInternal) vertx, path, files)
                : null;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    private final class Accept extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel caller) {
            var _ = caller.closeFuture().addListener(_ -> connections.decrementAndGet());
            if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                var _ = caller.close();
                return;
            }
            caller.pipeline()
                    .addLast(new LineBasedFrameDecoder(MAX_NAME_BYTES, true, true), new Hand());
        }
    }

    private final class Hand extends SimpleChannelInboundHandler<ByteBuf> {
        private boolean answering;

        @Override
        protected void channelRead0(ChannelHandlerContext caller, ByteBuf name) {
            if (answering) {
                var _ = caller.close();
                return;
            }
            answering = true;
            var file = files.apply(name.toString(StandardCharsets.US_ASCII));
            var copy = file == null || !file.mayBeHanded() ? null : copyOf(file);
            Object answer = copy == null ? caller.alloc().buffer(1).writeByte('-') : copy;
            var _ =
                    caller.writeAndFlush(answer)
                            .addListener(sent -> {
                                answering = false;
                                if (copy != null) {
                                    copy.close();
                                }
                                if (!sent.isSuccess()) {
                                    var _ = caller.close();
                                }
                            });
        }

        /** Of its own, so that what is sent cannot have become another file meanwhile. */
        private @Nullable FileDescriptor copyOf(OpenFile file) {
            try {
                return new FileDescriptor(file.duplicate());
            } catch (IOException _) {
                return null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext caller, Throwable cause) {
            var _ = caller.close();
        }
    }
}
