package dev.lumiere.rendition.metering;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.service.Settings;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether results are charged for, and how much.
 *
 * @param isOn whether anything is
 * @param price credits of an operation
 * @param prices of those that cost something else, by their names
 * @param slice how many credits a node takes from an account's balance at a time
 */
public record MeteringConfig(boolean isOn, long price, Map<String, Long> prices, int slice) {
    private static final int MAX_PRICE = 1_000_000;
    private static final int SLICE = 1000;
    private static final int MAX_SLICE = 1_000_000_000;

    public MeteringConfig {
        prices = Map.copyOf(prices);
        if (price < 0 || slice < 1 || prices.values().stream().anyMatch(p -> p < 0)) {
            throw new IllegalArgumentException("a price is below 0, or a slice below 1");
        }
    }

    /** Reads {@code metering.…}. */
    public static MeteringConfig from(Settings settings) {
        return new MeteringConfig(
                settings.flag("metering.on", false),
                settings.integer("metering.price", 1, 0, MAX_PRICE),
                prices(settings),
                settings.integer("metering.slice", SLICE, 1, MAX_SLICE));
    }

    /** {@code OPERATION=CREDITS}, with commas between. */
    private static Map<String, Long> prices(Settings settings) {
        var prices = new HashMap<String, Long>();
        for (var item : settings.text("metering.prices", "").split(",", -1)) {
            var equals = item.indexOf('=');
            if (item.isBlank()) {
                continue;
            }
            try {
                var price = Long.parseLong(item.substring(equals + 1).strip());
                var name = item.substring(0, Math.max(0, equals)).strip();
                if (!name.isEmpty() && price >= 0 && price <= MAX_PRICE) {
                    if (prices.put(name, price) != null) {
                        settings.fault("metering.prices has two for " + name);
                    }
                    continue;
                }
            } catch (NumberFormatException _) {
                // the same
            }
            settings.fault(
                    "metering.prices is not OPERATION=CREDITS of 0 to %d: %s"
                            .formatted(MAX_PRICE, item.strip()));
        }
        return prices;
    }

    /** What a pipeline costs: the sum of its operations. */
    long price(Pipeline pipeline) {
        return pipeline.stages().stream()
                .mapToLong(stage -> prices.getOrDefault(stage.operation(), price))
                .sum();
    }
}
