/**
 * Files to try the platform with. A {@link dev.lumiere.systemtest.corpus.Corpus} holds them, each
 * an {@link dev.lumiere.systemtest.corpus.OddFile} with the {@link
 * dev.lumiere.systemtest.corpus.Truth} about it; {@link dev.lumiere.systemtest.corpus.Mutations}
 * damages them further. All bytes are the same in every run on the same libraries.
 */
@NullMarked
package dev.lumiere.systemtest.corpus;

import org.jspecify.annotations.NullMarked;
