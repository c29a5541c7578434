/**
 * Care for what is kept: a {@link dev.lumiere.storage.blob.care.Scrub} finds what the disk has
 * damaged, a {@link dev.lumiere.storage.blob.care.Sweeper} deletes what nobody refers to.
 */
@NullMarked
package dev.lumiere.storage.blob.care;

import org.jspecify.annotations.NullMarked;
