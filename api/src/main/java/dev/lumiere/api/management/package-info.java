/**
 * Buckets and objects managed over HTTP, as Qiniu's SDKs do it. Begin with {@link
 * StorageManagement}. What can be done to an object is an {@link Operation}, read by {@link
 * OperationText} and done by {@link Operations}, alone or in a batch.
 */
@NullMarked
package dev.lumiere.api.management;

import org.jspecify.annotations.NullMarked;
