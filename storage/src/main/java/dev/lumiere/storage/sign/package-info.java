/**
 * Who may do what: access keys, and what is signed with them, as Qiniu's services and SDKs do it.
 * All signatures are HMAC-SHA1 in URL-safe base64, compared in constant time.
 */
@NullMarked
package dev.lumiere.storage.sign;

import org.jspecify.annotations.NullMarked;
