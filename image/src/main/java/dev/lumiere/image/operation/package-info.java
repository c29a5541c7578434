/** What a stage can ask for, one type for each operation. */
@NullMarked
package dev.lumiere.image.operation;

import org.jspecify.annotations.NullMarked;
