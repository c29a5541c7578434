/**
 * A log that several nodes share by a topic of Kafka. Each partition has one owner, elected by
 * Kafka's own means and fenced by its transactional id; every node keeps a replica in a folder and
 * reads from there. {@link KafkaLogDevice} says what is in the topic, for programs that read it
 * with a Kafka client of their own.
 */
@NullMarked
package dev.lumiere.eventlog.kafka;

import org.jspecify.annotations.NullMarked;
