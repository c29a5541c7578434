package dev.lumiere.api.management;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.ManagementSignature;
import dev.lumiere.storage.source.OriginPulls;
import dev.lumiere.storage.source.SourceFetch;
import dev.lumiere.storage.source.Sources;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Buckets and objects managed over HTTP: what Qiniu's SDKs call on their hosts {@code rs}, {@code
 * rsf}, {@code uc}, {@code io} and {@code api}, all of it at one. Calls are signed ({@link
 * SignedCalls}) but for those by which hosts are found ({@link Regions}). A bucket of another
 * account is as if it were not there.
 */
public final class StorageManagement implements Face, AutoCloseable {
    private final Parts parts;
    private final Supplier<ServiceHosts> hosts;
    private final SourceFetch source;
    private final FetchQueue fetches;

    /**
     * What it stands on.
     *
     * @param sources from which objects are made
     * @param pulls of what mirrors do not have
     * @param ids of fetches, each another
     */
    public record Parts(
            Catalog catalog,
            KeyRing keys,
            Sources sources,
            OriginPulls pulls,
            InstantSource clock,
            Supplier<UUID> ids) {}

    /**
     * Of these parts.
     *
     * @param hosts that SDKs are told of, asked anew each time, once the server listens
     */
    public StorageManagement(Parts parts, Supplier<ServiceHosts> hosts) {
        this.parts = parts;
        this.hosts = hosts;
        source = new SourceFetch(parts.sources(), parts.catalog(), parts.clock());
        fetches = new FetchQueue(source, parts.ids());
    }

    @Override
    public void addTo(ServiceServer server) {
        server.withProblems(ProblemForm.COMPATIBLE);
        var buckets = parts.catalog().buckets();
        var signature = new ManagementSignature(parts.keys(), parts.clock());
        var calls = new SignedCalls(server, signature, parts.catalog());
        new ObjectManagement(new Operations(parts.catalog(), parts.clock())).addTo(calls);
        new Listings(parts.catalog()).addTo(calls);
        new BucketManagement(buckets, hosts).addTo(calls);
        new Fetches(source, fetches).addTo(calls);
        new Mirrors(buckets, parts.pulls()).addTo(calls);
        new Regions(hosts, parts.keys(), buckets).addTo(server, calls);
    }

    /** Forgets the fetches that nobody waits for. */
    @Override
    public void close() {
        fetches.close();
    }
}
