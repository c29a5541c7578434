package dev.lumiere.image.picture;

/** What the stages of a request hand each other. */
public sealed interface Material permits Content, Written, Input {}
