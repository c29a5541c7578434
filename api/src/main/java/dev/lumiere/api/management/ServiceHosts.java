package dev.lumiere.api.management;

import java.time.Duration;

/**
 * Where SDKs find the services, as they are told.
 *
 * @param region the tag of regions that buckets are made in if nobody says another
 * @param api host and port, without scheme, of uploads and of all that is in this package
 * @param media host and port of downloads
 * @param keptFor how long SDKs may remember it
 */
public record ServiceHosts(String region, String api, String media, Duration keptFor) {
    private static final Duration A_DAY = Duration.ofDays(1);

    /** These hosts in region {@code z0}, remembered for a day. */
    public static ServiceHosts of(String api, String media) {
        return new ServiceHosts("z0", api, media, A_DAY);
    }
}
