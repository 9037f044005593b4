package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;

/** Where a call stands for the sharding analysis: what its rule asks for becomes insertions. */
record Place(Analysis analysis, Frame frame) implements Surroundings {

  @Override
  public String fresh() {
    return analysis.fresh();
  }

  @Override
  public void assume(Dim size, Runnable otherwise) {
    if (analysis.isHere(frame.method)) {
      analysis.assume(size, otherwise);
    } else {
      otherwise.run();
    }
  }

  @Override
  public void confirm(Dim size) {
    analysis.confirm(size);
  }

  @Override
  public Dim features(Value.Layer layer) {
    return analysis
        .rules
        .layer(layer, analysis.program)
        .map(rule -> Layers.features(layer, rule, analysis))
        .orElseGet(() -> Dim.symbol(fresh()));
  }

  @Override
  public Optional<String> turn(Dim index, Dim pieces, List<Expression> written, Flow flow) {
    return analysis.rounds.stream()
        .filter(r -> r.picks(index, pieces, written, flow, analysis))
        .map(Rounds::name)
        .findFirst();
  }

  @Override
  public void shrink(Expression size, Flow flow) {
    Frame.Origin origin = frame.placeToShrink(size);
    new Place(analysis, origin.caller())
        .wrap(
            origin.argument().span(),
            Mark.Role.LOCAL,
            "@.local(",
            ")",
            flow,
            "each rank has only its share of this size");
  }

  @Override
  public void slice(Expression array, int axisFromEnd, Flow flow) {
    Frame.Origin origin = frame.placeToShrink(array);
    new Place(analysis, origin.caller())
        .wrap(
            origin.argument().span(),
            Mark.Role.LOCAL,
            "@.local(",
            ", " + axisFromEnd + ")",
            flow,
            "what it meets is split along this axis; a size of one is left as it is");
  }

  @Override
  public void wrap(Span span, Mark.Role role, String open, String close, Flow flow, String why) {
    analysis.checkHere(frame, span, flow);
    analysis.mark(frame, new Mark(frame.method, span, role, open, close, flow, why));
  }

  @Override
  public Value.Array sum(Span call, Extents shape, Flow flow) {
    return analysis.sums.of(frame, call, shape, flow);
  }

  @Override
  public void sink(Flow flow) {
    analysis.sink(flow);
  }
}
