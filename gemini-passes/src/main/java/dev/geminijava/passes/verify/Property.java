package dev.geminijava.passes.verify;

/** What is proven of a text. */
public enum Property {
  /** Without the insertions the original returns. */
  ERASURE("erasure", "without the insertions the original returns"),
  /** The Java compiler accepts it. */
  JAVAC("javac", "the Java compiler accepts it"),
  /** The passes have nothing to add to it. */
  IDEMPOTENCE("idempotence", "the passes insert nothing into their own output"),
  /** Nothing but what the rules ask for is inserted, and all of that. */
  SPLITS("splits", "every split value meets code that knows it is split"),
  /** Every partial sum is reduced once, before a use that is not linear. */
  SUMS("sums", "every partial sum is added up exactly once, and every slice joined where needed"),
  /** The group asks for every size that has to divide. */
  DEGREE("degree", "the group asks for every size that is split"),
  /** All ranks meet the same collectives in the same order. */
  MEETINGS("meetings", "all ranks meet the same collectives in the same order"),
  /** What is used after a cut comes with it. */
  CUTS("cuts", "every value used after a cut comes with it"),
  /** The loss of a training step may be taken inside the last stage. */
  LOSS("loss", "gradients are asked for of the marked loss only"),
  /** Shapes and parameters are those of the original. */
  SHAPES("shapes", "layers, shapes and parameters are those of the original");

  private final String label;
  private final String meaning;

  Property(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /** The word for tables. */
  public String label() {
    return label;
  }

  /** What holds, as a sentence. */
  public String meaning() {
    return meaning;
  }
}
