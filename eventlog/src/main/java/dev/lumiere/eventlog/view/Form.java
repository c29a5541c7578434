package dev.lumiere.eventlog.view;

/**
 * Of which view an index is, and in which form.
 *
 * @param name of the view: 1 to 64 of {@code a-z}, digits and dashes
 * @param version from 1
 */
record Form(String name, int version) {
    Form {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name of a view not of 1..64 of a-z, digits and dashes: " + name);
        }
        if (version < 1) {
            throw new IllegalArgumentException(
                    "version of the view %s below 1: %d".formatted(name, version));
        }
    }

    static Form of(Projection projection) {
        return new Form(projection.name(), projection.version());
    }

    @Override
    public String toString() {
        return name + "-" + version;
    }
}
