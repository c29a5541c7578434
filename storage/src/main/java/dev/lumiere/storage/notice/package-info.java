/**
 * Telling others what becomes of objects, as the rules of a bucket say. {@link Notices} follows the
 * partitions of the log that this node owns, each as {@link FollowedPartition}; what is to be told
 * to whom one rule names waits in a {@link Lane}, in the order of the log, and is posted by {@link
 * NoticePosts}. How far a partition was told is an event.
 */
@NullMarked
package dev.lumiere.storage.notice;

import org.jspecify.annotations.NullMarked;
