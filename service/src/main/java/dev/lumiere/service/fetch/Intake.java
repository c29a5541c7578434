package dev.lumiere.service.fetch;

import io.netty.channel.ChannelConfig;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;

/**
 * What comes in on a connection, held back at its socket: what its server has sent before it closes
 * is read first, and then that it closes. A response that is paused is held back by Vert.x, which
 * drops it when the connection closes ({@code VertxConnection.pending}). On the event loop.
 */
final class Intake {
    private final ChannelConfig channel;

    private Intake(ChannelConfig channel) {
        this.channel = channel;
    }

    static Intake of(HttpClientConnection connection) {
        if (connection instanceof UnpooledHttpClientConnection http) {
            return new Intake(http.unwrap().channelHandlerContext().channel().config());
        }
        throw new IllegalArgumentException("no connection of a client: " + connection.getClass());
    }

    /** Nothing more comes but what is read at this moment, up to 64 KiB. */
    void hold() {
        channel.setAutoRead(false);
    }

    void goOn() {
        channel.setAutoRead(true);
    }
}
