package dev.lumiere.platform.storage;

import dev.lumiere.platform.client.NodeClient;
import dev.lumiere.platform.node.StartFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Does the same to many: to all that it can be done to, and says at the end which were refused. */
final class OneByOne {
    private OneByOne() {}

    /** What is done to one. */
    interface Step<T> {
        void to(T each) throws IOException, InterruptedException;
    }

    /**
     * One after the other; no more where no node answers.
     *
     * @throws StartFailure if any could not be done, which are named as their text is
     */
    static <T> void all(List<T> all, Step<T> step) throws IOException, InterruptedException {
        var failures = new ArrayList<String>();
        for (var each : all) {
            try {
                step.to(each);
            } catch (NodeClient.Refused e) {
                failures.add(each + ": " + e.getMessage());
            } catch (IOException e) {
                failures.add(each + ": " + StartFailure.reason(e));
            } catch (StartFailure e) {
                failures.add("%s and what follows: %s".formatted(each, e.getMessage()));
                break;
            }
        }
        if (!failures.isEmpty()) {
            throw new StartFailure(String.join("\n", failures));
        }
    }
}
