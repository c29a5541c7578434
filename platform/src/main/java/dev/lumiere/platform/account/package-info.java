/** The commands on accounts and keys. They ask a node that runs, by the key of the home. */
@NullMarked
package dev.lumiere.platform.account;

import org.jspecify.annotations.NullMarked;
