package dev.lumiere.platform.node;

import dev.lumiere.api.ApiConfig;
import dev.lumiere.deploy.DeployConfig;
import dev.lumiere.gateway.GatewayConfig;
import dev.lumiere.rendition.RenditionConfig;
import dev.lumiere.rendition.metering.MeteringConfig;
import dev.lumiere.service.Settings;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.source.SourceConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The configuration of one node: each module's part as that module's record.
 *
 * @param home where all state is
 * @param zone the failure domain this node is in
 * @param blobs where the bytes of objects are kept
 * @param snapshotEvents how many events must have come for another snapshot of the catalog to be
 *     taken, where nodes share log and blobs; 0 for none
 * @param catalogCopies how many nodes have each partition of the catalog; 0 for all nodes
 * @param secretsKey what secret keys are sealed with in the log; not set for the home's own
 * @param hosts by which clients find it
 * @param metering what results cost
 * @param registry where instances are listed: {@code embedded}, or another node's API as {@code
 *     http://host:port}
 */
public record NodeConfig(
        Path home,
        Program program,
        String hostname,
        String zone,
        String registry,
        StorageConfig storage,
        BlobsConfig blobs,
        int snapshotEvents,
        int catalogCopies,
        SecretText secretsKey,
        PublicHosts hosts,
        FetchConfig fetch,
        SourceConfig sources,
        RenditionConfig rendition,
        MeteringConfig metering,
        GatewayConfig gateway,
        ApiConfig api,
        LogConfig log,
        DeployConfig deploy,
        List<ImageService> images) {

    static final String EMBEDDED = "embedded";

    private static final int SNAPSHOT_EVENTS = 100_000;
    private static final int MAX_COPIES = 100;
    private static final String SAMPLE = "demo";
    private static final Map<String, String> SAMPLE_STYLES =
            Map.of(
                    "thumb", "imageView2/1/w/200/h/200",
                    "square", "imageView2/1/w/$(param)/h/$(param)",
                    "small", "imageView2/2/w/320/format/auto",
                    "large", "imageView2/2/w/1280/format/auto",
                    "width", "imageView2/2/w/$(param)/format/auto");

    /**
     * Reads everything.
     *
     * @throws StartFailure with one line for each mistake
     */
    public static NodeConfig from(Settings settings) {
        var program = Program.find();
        var homeText = settings.text("platform.home", "lumiere-home");
        if (homeText.isBlank()) {
            settings.fault("platform.home is empty");
        }
        var home = Path.of(homeText).toAbsolutePath().normalize();
        var hostname = settings.name("platform.hostname", ownHostname());
        settings.text("heap", ""); // the launcher's
        settings.text("log.level", ""); // read before anything else, by LogSetup
        var storage =
                StorageConfig.from(
                        settings,
                        Map.of(SAMPLE, program.sampleMedia()),
                        Map.of(SAMPLE, BucketRules.of(SAMPLE_STYLES, "-!")));
        var api = ApiConfig.from(settings, hostname);
        var config =
                new NodeConfig(
                        home,
                        program,
                        hostname,
                        settings.name("platform.zone", "a"),
                        settings.text("platform.registry", EMBEDDED),
                        storage,
                        BlobsConfig.from(settings, home),
                        settings.integer(
                                "storage.snapshotEvents", SNAPSHOT_EVENTS, 0, Integer.MAX_VALUE),
                        settings.integer("storage.catalogCopies", 0, 0, MAX_COPIES),
                        secretsKey(settings),
                        PublicHosts.from(settings),
                        FetchConfig.from(settings),
                        SourceConfig.from(settings),
                        RenditionConfig.from(settings, home.resolve("results")),
                        MeteringConfig.from(settings),
                        GatewayConfig.from(settings, storage.rules()),
                        api,
                        LogConfig.from(settings, home, api.host(), api.port()),
                        DeployConfig.from(settings, home, hostname),
                        ImageService.from(settings));
        if (config.api.port() != 0
                && config.api.port() == config.gateway.port()
                && config.api.host().equals(config.gateway.host())) {
            settings.fault(
                    "gateway.port and api.port are the same: %s (--media-port, --api-port)"
                            .formatted(config.api.port()));
        }
        if (config.catalogCopies > 0 && !config.isShared()) {
            settings.fault(
                    "storage.catalogCopies is for nodes that share a log and blobs: log.device"
                            + " kafka://… or postgres://…, and storage.blobs s3://…");
        }
        if (!config.registry.equals(EMBEDDED) && !isHttp(config.registry)) {
            settings.fault(
                    "platform.registry is neither embedded nor http://host:port: "
                            + config.registry);
        }
        try {
            settings.check();
        } catch (IllegalArgumentException mistakes) {
            throw new StartFailure(String.valueOf(mistakes.getMessage()));
        }
        return config;
    }

    /**
     * As it is configured, else the home's own, which is made if it is not there.
     *
     * @throws IOException if that cannot be read, or others than its owner may read it
     */
    SecretSeal seal(SecureRandom random) throws IOException {
        return secretsKey.isSet()
                ? SecretSeal.of(secretsKey.text(), random)
                : SecretSeal.in(home, random);
    }

    /** Whether clients find this node by that name, in small letters, or buckets below it. */
    boolean isOwnHost(String host) {
        var domain = gateway.domain().toLowerCase(Locale.ROOT);
        return host.equals(domain)
                || host.endsWith("." + domain)
                || host.equals(hostname.toLowerCase(Locale.ROOT))
                || hosts.has(host);
    }

    /** Whether other nodes have the same log and the same blobs. */
    boolean isShared() {
        return !(log.device() instanceof LogConfig.Device.Rocks) && blobs instanceof BlobsConfig.S3;
    }

    private static SecretText secretsKey(Settings settings) {
        var text = new SecretText(settings.text("storage.secretsKey", ""));
        if (text.isSet()) {
            try {
                SecretSeal.of(text.text(), new SecureRandom());
            } catch (IllegalArgumentException e) {
                settings.fault("storage.secretsKey: " + e.getMessage());
            }
        }
        return text;
    }

    private static boolean isHttp(String text) {
        try {
            var uri = new URI(text);
            return "http".equals(uri.getScheme()) && uri.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static String ownHostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
