package dev.lumiere.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table: medians over the rounds, with the least and the greatest of the CPU figure. */
final class Report {
    private final Scenario scenario;
    private final Options options;
    private final List<Round> rounds;

    Report(Scenario scenario, Options options, List<Round> rounds) {
        this.scenario = scenario;
        this.options = options;
        this.rounds = rounds;
    }

    String markdown() throws IOException {
        var text = new StringBuilder();
        text.append("### ").append(scenario.title()).append("\n\n");
        text.append(
                """
                %s. `./lumiere bench %s --rounds %d --seconds %d --connections %d`; load average %s.
                One peer at a time, in alternating order, each running and warm. CPU and memory are of the whole process tree
                (user and system time; proportional set size at its highest). Medians of the rounds; CPU with least and greatest.

                """
                        .formatted(
                                Machine.inWords(),
                                options.name(),
                                options.rounds(),
                                options.seconds(),
                                options.connections(),
                                Machine.loadAverage()));
        text.append("| peer | CPU ms/request | × ")
                .append(scenario.reference())
                .append(
                        " | requests per CPU s | req/s | p50 ms | p99 ms | peak MB | answer bytes | PSNR dB / SSIM | failed |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
        var reference = median(scenario.reference(), Round::cpuMillisPerRequest);
        for (var peer : scenario.peers()) {
            text.append(row(peer.name(), reference));
        }
        for (var note : scenario.notes()) {
            text.append('\n').append(note).append('\n');
        }
        return text.toString();
    }

    private String row(String peer, double reference) {
        var cpu = median(peer, Round::cpuMillisPerRequest);
        var all = sorted(peer, Round::cpuMillisPerRequest);
        var answers = scenario.answers().get(peer);
        var likeness = answers == null ? null : answers.likeness();
        return String.format(
                Locale.ROOT,
                "| %s | **%s** (%s–%s) | %.2f | %.0f | %.1f | %.2f | %.2f | %.0f | %.0f | %s | %d |%n",
                peer,
                cpu(cpu),
                cpu(all.getFirst()),
                cpu(all.getLast()),
                cpu / reference,
                1000 / cpu,
                median(peer, r -> r.load().requests() / r.load().seconds()),
                median(peer, r -> r.load().p50Millis()),
                median(peer, r -> r.load().p99Millis()),
                sorted(peer, r -> (double) r.peakBytes()).getLast() / (1 << 20),
                answers == null ? Double.NaN : answers.bytes(),
                likeness == null
                        ? "–"
                        : String.format(
                                Locale.ROOT, "%.2f / %.4f", likeness.psnr(), likeness.ssim()),
                (long)
                        sorted(peer, r -> (double) r.load().failures()).stream()
                                .mapToDouble(f -> f)
                                .sum());
    }

    private static String cpu(double millis) {
        return String.format(Locale.ROOT, millis < 1 ? "%.4f" : "%.1f", millis);
    }

    private double median(String peer, ToDoubleFunction<Round> figure) {
        var all = sorted(peer, figure);
        if (all.isEmpty()) {
            return Double.NaN;
        }
        var middle = all.size() / 2;
        return all.size() % 2 == 1 ? all.get(middle) : (all.get(middle - 1) + all.get(middle)) / 2;
    }

    private List<Double> sorted(String peer, ToDoubleFunction<Round> figure) {
        return rounds.stream()
                .filter(round -> round.peer().equals(peer))
                .map(figure::applyAsDouble)
                .sorted()
                .toList();
    }
}
