/**
 * Files as Linux knows them: {@link OpenFile} opens one beneath a folder without following a link,
 * and {@link DescriptorServer} hands a sealed copy to another process on the same host, which takes
 * it with a {@link DescriptorClient} and needs no bytes sent through a socket. {@link FileTree} is
 * what the JDK lacks.
 */
@NullMarked
package dev.lumiere.service.file;

import org.jspecify.annotations.NullMarked;
