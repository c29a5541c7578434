/**
 * Contents in the folders of one process: those of a {@link
 * dev.lumiere.storage.blob.folder.DirectoryBlobStore}, and for every store those on their way in,
 * and copies of what is kept elsewhere.
 */
@NullMarked
package dev.lumiere.storage.blob.folder;

import org.jspecify.annotations.NullMarked;
