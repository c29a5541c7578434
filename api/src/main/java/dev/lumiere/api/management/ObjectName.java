package dev.lumiere.api.management;

/** Which object is meant. */
record ObjectName(String bucket, String key) {}
