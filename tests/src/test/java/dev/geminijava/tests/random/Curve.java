package dev.geminijava.tests.random;

/** An element-wise function, as users write them. */
enum Curve {
  RELU("Activation.relu(%s)"),
  TANH("%s.tanh()"),
  GELU("Activation.gelu(%s)"),
  SIGMOID("Activation.sigmoid(%s)"),
  LEAKY("Activation.leakyRelu(%s, 0.1f)"),
  SWISH("%1$s.mul(Activation.sigmoid(%1$s))"),
  POLYNOMIAL("%1$s.mul(0.5).add(%1$s.square().mul(0.01))"),
  WHERE("NDArrays.where(%1$s.gt(0), %1$s, %1$s.mul(0.2))"),
  CLIPPED("%s.clip(-2, 2)"),
  SOFT("%s.exp().add(1).log()");

  private final String java;

  Curve(String java) {
    this.java = java;
  }

  /** Java that applies it to a variable. */
  String of(String variable) {
    return java.formatted(variable);
  }
}
