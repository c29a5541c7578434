/**
 * How contents come in: what an upload's policy allows, the parts of resumable uploads, and what is
 * answered when an object is made of them.
 */
@NullMarked
package dev.lumiere.storage.upload;

import org.jspecify.annotations.NullMarked;
