/**
 * Operations on media, from the URL to the worker and back. {@link Pipelines} reads the stages of a
 * query, {@link OperationTable} knows which service does which, and {@link Runner} sends them
 * there. On the other side {@link Worker} takes them in and hands them to a {@link WorkHandler}.
 * What is not in the body of a call a worker reads and writes on the {@link SourceSocket}.
 */
@NullMarked
package dev.lumiere.fop;

import org.jspecify.annotations.NullMarked;
