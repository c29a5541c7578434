/** What the nodes of a log ask each other of the catalog, where each has a part of it. */
@NullMarked
package dev.lumiere.api.catalog;

import org.jspecify.annotations.NullMarked;
