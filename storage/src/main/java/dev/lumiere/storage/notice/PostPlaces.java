package dev.lumiere.storage.notice;

import java.util.ArrayList;
import java.util.List;

/**
 * Which posts are under way. No account has more than {@value #MOST_OF_ACCOUNT} of the {@value
 * #AT_ONCE} places, and none of its rules more than {@value #MOST_OF_RULE}, so that who does not
 * answer holds up no other. For one thread.
 */
final class PostPlaces {
    static final int AT_ONCE = 16;
    static final int MOST_OF_ACCOUNT = 4;
    static final int MOST_OF_RULE = 2;

    private final List<Place> taken = new ArrayList<>();

    /**
     * Of one post.
     *
     * @param account whose bucket it is
     * @param rule {@link Lane#name}
     */
    record Place(String account, String rule) {}

    boolean isFree(Place place) {
        return taken.size() < AT_ONCE
                && taken.stream().filter(each -> each.account.equals(place.account)).count()
                        < MOST_OF_ACCOUNT
                && taken.stream().filter(each -> each.rule.equals(place.rule)).count()
                        < MOST_OF_RULE;
    }

    void take(Place place) {
        taken.add(place);
    }

    void give(Place place) {
        taken.remove(place);
    }
}
