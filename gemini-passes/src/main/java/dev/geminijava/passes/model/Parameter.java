package dev.geminijava.passes.model;

/**
 * A parameter of a model.
 *
 * @param name as DJL's {@code getParameters()} names it
 * @param trainable whether training changes it by gradients
 */
public record Parameter(String name, Extents shape, boolean trainable) {}
