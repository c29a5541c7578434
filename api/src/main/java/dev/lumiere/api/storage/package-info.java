/**
 * The storage service over HTTP, as Qiniu's SDKs speak it: uploads begin at {@link UploadHandler}.
 */
@NullMarked
package dev.lumiere.api.storage;

import org.jspecify.annotations.NullMarked;
