package dev.geminijava.runtime.exec;

/**
 * Where an array was made.
 *
 * @param own whether it may be this rank's alone: a piece, or what was computed from one. All
 *     others are the same on every rank.
 */
record Birth(Segment segment, boolean own) {}
