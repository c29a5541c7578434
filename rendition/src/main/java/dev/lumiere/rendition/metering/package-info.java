/** What results cost: {@link MeteredRun} charges for those that are made, not for those kept. */
@NullMarked
package dev.lumiere.rendition.metering;

import org.jspecify.annotations.NullMarked;
