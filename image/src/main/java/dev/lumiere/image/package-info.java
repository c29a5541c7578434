/**
 * The image worker. A request's stages are read as {@link dev.lumiere.image.operation.Operation}s
 * and done one after the other on {@link Work}; what they hand each other is a {@link
 * dev.lumiere.image.picture.Picture}, which is decoded and encoded once. Below all is libvips, in
 * {@link dev.lumiere.image.vips}.
 */
@NullMarked
package dev.lumiere.image;

import org.jspecify.annotations.NullMarked;
