/**
 * What the owner of a bucket can say of it: how its objects are served, to whom, under which hosts,
 * and how long they are kept.
 */
@NullMarked
package dev.lumiere.storage.rule;

import org.jspecify.annotations.NullMarked;
