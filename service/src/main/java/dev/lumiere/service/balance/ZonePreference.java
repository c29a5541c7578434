package dev.lumiere.service.balance;

/**
 * Which share of the calls goes to which zone. All stay in the caller's own zone when it holds at
 * least as large a share of the instances as of the callers. Otherwise as many stay as it can take,
 * and the rest goes to the zones that have more instances than callers, in proportion to what they
 * have to spare. So nobody crosses zones without need, and no small zone is flooded.
 *
 * <p>Callers are taken to be spread evenly over the zones.
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware">
 *     Envoy: zone aware routing</a>
 */
final class ZonePreference {
    private ZonePreference() {}

    /**
     * The shares, adding up to 1.
     *
     * @param instances in each zone, the caller's own zone first
     */
    static double[] shares(int[] instances) {
        var zones = instances.length;
        var total = 0L;
        for (var n : instances) {
            total += n;
        }
        var shares = new double[zones];
        var callers = 1.0 / zones;
        var own = (double) instances[0] / total;
        if (own >= callers) {
            shares[0] = 1;
            return shares;
        }
        shares[0] = own / callers;

        var spare = 0.0;
        for (var i = 1; i < zones; i++) {
            shares[i] = Math.max(0, (double) instances[i] / total - callers);
            spare += shares[i];
        }
        for (var i = 1; i < zones; i++) {
            shares[i] *= (1 - shares[0]) / spare;
        }
        return shares;
    }
}
