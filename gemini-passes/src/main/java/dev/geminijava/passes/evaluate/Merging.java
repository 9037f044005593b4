package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where both branches of a condition compute the same, they are one. */
final class Merging {

  /** The operation that gives one of two arrays. */
  static final String EITHER = "either";

  private final Map<Integer, Trace.Step> makers = new HashMap<>();
  private final Map<Integer, Integer> same = new HashMap<>();
  private final Set<Trace.Step> gone = new HashSet<>();

  /** The steps without those that another stands for. */
  List<Trace.Step> merged(List<Trace.Step> steps) {
    for (Trace.Step step : steps) {
      step.outputs().forEach(output -> makers.put(output.id(), step));
      if (step.operation().equals(EITHER) && step.inputs().size() == 2) {
        merge(step);
      }
    }
    List<Trace.Step> left = new ArrayList<>();
    for (Trace.Step step : steps) {
      if (!gone.contains(step)) {
        left.add(step.withInputs(step.inputs().stream().map(this::tensor).toList()));
      }
    }
    return left;
  }

  /** The tensor that stands for one. */
  int tensor(int id) {
    return same.containsKey(id) ? tensor(same.get(id)) : id;
  }

  private void merge(Trace.Step either) {
    Trace.Step one = makers.get(either.inputs().get(0));
    Trace.Step other = makers.get(either.inputs().get(1));
    boolean alike =
        one != null
            && other != null
            && one != other
            && one.operation().equals(other.operation())
            && one.block().equals(other.block())
            && one.parameters().equals(other.parameters())
            && one.inputs().stream()
                .map(this::tensor)
                .toList()
                .equals(other.inputs().stream().map(this::tensor).toList())
            && one.outputs().size() == 1
            && shape(one).equals(shape(other));
    if (alike) {
      gone.add(either);
      gone.add(other);
      same.put(other.outputs().get(0).id(), one.outputs().get(0).id());
      same.put(either.outputs().get(0).id(), one.outputs().get(0).id());
    }
  }

  private static Object shape(Trace.Step step) {
    Tensor output = step.outputs().get(0);
    return List.of(output.shape(), output.type());
  }
}
