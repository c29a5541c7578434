package dev.lumiere.platform;

import dev.lumiere.api.ApiConfig;
import dev.lumiere.deploy.DeployConfig;
import dev.lumiere.gateway.GatewayConfig;
import dev.lumiere.rendition.RenditionConfig;
import dev.lumiere.service.Settings;
import dev.lumiere.storage.StorageConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The configuration of one node: each module's part as that module's record.
 *
 * @param home where all state is
 * @param zone the failure domain this node is in
 * @param registry where instances are listed: {@code embedded}, or another node's API as {@code
 *     http://host:port}
 */
record NodeConfig(
        Path home,
        Program program,
        String hostname,
        String zone,
        String registry,
        StorageConfig storage,
        RenditionConfig rendition,
        GatewayConfig gateway,
        ApiConfig api,
        DeployConfig deploy,
        ImageService image) {

    static final String EMBEDDED = "embedded";

    /**
     * Reads everything.
     *
     * @throws StartFailure with one line for each mistake
     */
    static NodeConfig from(Settings settings) {
        var program = Program.find();
        var home = Path.of(settings.text("platform.home", "lumiere-home"));
        var hostname = settings.text("platform.hostname", ownHostname());
        settings.text("heap", ""); // the launcher's
        settings.text("log.level", ""); // read before anything else, by LogSetup
        var config =
                new NodeConfig(
                        home,
                        program,
                        hostname,
                        settings.text("platform.zone", "a"),
                        settings.text("platform.registry", EMBEDDED),
                        StorageConfig.from(settings, Map.of("demo", program.sampleMedia())),
                        RenditionConfig.from(settings, home.resolve("results")),
                        GatewayConfig.from(settings),
                        ApiConfig.from(settings, hostname),
                        DeployConfig.from(settings, home, hostname),
                        ImageService.from(settings));
        if (!config.registry.equals(EMBEDDED) && !config.registry.startsWith("http://")) {
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

    private static String ownHostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
