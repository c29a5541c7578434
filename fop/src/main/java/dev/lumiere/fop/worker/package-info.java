/**
 * The frame of a worker process. {@link Worker} serves; its {@link WorkDesk} takes in so much at
 * once and no more, each {@link WorkOrder} as a {@link WorkTask} that ends by its deadline. A
 * {@link WorkHandler} does the work: it gets a {@link WorkRequest} with a {@link WorkInput} to read
 * and a {@link Cancellation} to heed, and gives a {@link WorkResult}. What is behind a capability
 * comes and goes through the {@link SourceClient}.
 */
@NullMarked
package dev.lumiere.fop.worker;

import org.jspecify.annotations.NullMarked;
