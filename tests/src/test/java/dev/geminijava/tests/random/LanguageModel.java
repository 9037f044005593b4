package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tokens in, a score for each token out.
 *
 * @param width features inside
 * @param body what lies between the table and the head
 * @param tied whether the head uses the table
 * @param positions whether learned positions are added
 * @param flat whether the scores of all places lie in one axis, as DJL's cross-entropy wants them
 */
record LanguageModel(
    int width, Part body, boolean tied, boolean positions, boolean flat, Manner manner)
    implements Part {

  @Override
  public List<Part> parts() {
    return List.of(body);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(
        in.samples().size() == 1
            && in.samples().get(0).vocabulary() > 0
            && in.samples().get(0).axes().size() == 1,
        "a line of tokens: " + in);
    Misfit.unless(body.output(inner(in)).equals(inner(in)), "body of another width");
    int vocabulary = in.samples().get(0).vocabulary();
    return flat
        ? new Form(List.of(new Form.Sample(List.of(vocabulary), 0, length(in))))
        : Form.floats(length(in), vocabulary);
  }

  private Form inner(Form in) {
    return Form.floats(length(in), width);
  }

  private static int length(Form in) {
    return in.samples().get(0).axes().get(0);
  }

  @Override
  public String create(SourceText source, Form in) {
    String child = body.create(source, inner(in));
    return source.block(
        this, in, "LanguageModel", "Scores for the next token.", manner, t -> write(t, child, in));
  }

  private void write(ClassText text, String child, Form in) {
    int vocabulary = in.samples().get(0).vocabulary();
    text.parameter("table", "WEIGHT", vocabulary + ", " + width);
    if (positions) {
      text.parameter("positions", "WEIGHT", "1, " + length(in) + ", " + width);
    }
    text.child("Block", "body", child, inner(in));
    if (!tied) {
      String units = text.size("vocabulary", vocabulary);
      text.child("Linear", "head", "Linear.builder().setUnits(" + units + ").build()", inner(in));
    }
    text.line("NDArray tokens = inputs.head();");
    text.line("NDArray vectors = ps.getValue(table, tokens.getDevice(), training);");
    text.line("NDArray x = Embedding.embedding(tokens, vectors, SparseFormat.DENSE).head();");
    if (positions) {
      text.line("x = x.add(ps.getValue(positions, x.getDevice(), training));");
    }
    text.line("x = %s;", text.call("body", "x"));
    text.line(
        "NDArray scores = %s;", tied ? "x.matMul(vectors.transpose())" : text.call("head", "x"));
    text.line(
        "return new NDList(%s);",
        flat ? "scores.reshape(-1, " + text.size("vocabulary", vocabulary) + ")" : "scores");
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>();
    body.simpler()
        .forEach(b -> simpler.add(new LanguageModel(width, b, tied, positions, flat, manner)));
    if (positions) {
      simpler.add(new LanguageModel(width, body, tied, false, flat, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new LanguageModel(width, body, tied, positions, flat, Manner.PLAIN));
    }
    if (width > 2) {
      simpler.add(new LanguageModel(width / 2, body, tied, positions, flat, manner));
    }
    return simpler.stream();
  }
}
