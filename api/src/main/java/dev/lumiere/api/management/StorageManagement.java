package dev.lumiere.api.management;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.ManagementSignature;
import dev.lumiere.storage.source.FetchQueue;
import dev.lumiere.storage.source.OriginPulls;
import dev.lumiere.storage.source.SourceFetch;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Buckets and objects managed over HTTP: what Qiniu's SDKs call on their hosts {@code rs}, {@code
 * rsf}, {@code uc}, {@code io} and {@code api}, all of it at one. Calls are signed ({@link
 * SignedCalls}) but for those by which hosts are found ({@link Regions}). A bucket of another
 * account is as if it were not there.
 */
public final class StorageManagement implements Face {
    private final Parts parts;
    private final Supplier<ServiceHosts> hosts;

    /**
     * What it stands on.
     *
     * @param source of what is fetched
     * @param fetches that nobody waits for
     * @param pulls of what mirrors do not have
     */
    public record Parts(
            Catalog catalog,
            KeyRing keys,
            SourceFetch source,
            FetchQueue fetches,
            OriginPulls pulls,
            InstantSource clock) {}

    /**
     * Of these parts.
     *
     * @param hosts that SDKs are told of, asked anew each time, once the server listens
     */
    public StorageManagement(Parts parts, Supplier<ServiceHosts> hosts) {
        this.parts = parts;
        this.hosts = hosts;
    }

    @Override
    public void addTo(ServiceServer server) {
        server.withProblems(ProblemForm.COMPATIBLE);
        var buckets = parts.catalog().buckets();
        var signature = new ManagementSignature(parts.keys(), parts.clock());
        var calls = new SignedCalls(server, signature, parts.catalog());
        new ObjectManagement(new Operations(parts.catalog(), parts.clock())).addTo(calls);
        new Listings(parts.catalog()).addTo(calls);
        new BucketManagement(parts.catalog(), hosts).addTo(calls);
        new Fetches(parts.source(), parts.fetches()).addTo(calls);
        new Mirrors(buckets, parts.pulls()).addTo(calls);
        new Regions(hosts, parts.keys(), buckets).addTo(server, calls);
    }
}
