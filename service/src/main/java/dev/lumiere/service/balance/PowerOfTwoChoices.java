package dev.lumiere.service.balance;

import java.util.random.RandomGenerator;

/**
 * Draws two instances and takes the one that costs less. Nearly as good as the cheapest of all, but
 * without the herd of callers that all see the same one idle.
 *
 * <p>An instance in slow start is drawn less often. One whose slots are all taken is taken only
 * after a second draw of two found nothing cheaper.
 *
 * @see <a href="https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf">Mitzenmacher: The
 *     Power of Two Choices in Randomized Load Balancing (2001)</a>
 */
final class PowerOfTwoChoices {
    private static final int MAX_REDRAWS = 4;

    private final RandomGenerator random;

    PowerOfTwoChoices(RandomGenerator random) {
        this.random = random;
    }

    /** Chooses among {@code from}, which is not empty. */
    Node choose(Node[] from, long now) {
        if (from.length == 1) {
            return from[0];
        }
        var chosen = cheaperOfTwo(from, now);
        if (chosen.full() && from.length > 2) {
            var other = cheaperOfTwo(from, now);
            return other.cost(now) < chosen.cost(now) ? other : chosen;
        }
        return chosen;
    }

    private Node cheaperOfTwo(Node[] from, long now) {
        var i = draw(from, -1, now);
        var j = draw(from, i, now);
        return from[i].cost(now) <= from[j].cost(now) ? from[i] : from[j];
    }

    /** Any index but {@code not}. */
    private int draw(Node[] from, int not, long now) {
        for (var redraws = 0; ; redraws++) {
            var i = not < 0 ? random.nextInt(from.length) : random.nextInt(from.length - 1);
            if (not >= 0 && i >= not) {
                i++;
            }
            var weight = from[i].weight(now);
            if (weight >= 1 || redraws == MAX_REDRAWS || random.nextDouble() < weight) {
                return i;
            }
        }
    }
}
