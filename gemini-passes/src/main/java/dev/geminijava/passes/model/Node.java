package dev.geminijava.passes.model;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;

/**
 * One layer or one operation on arrays.
 *
 * @param id its number in its graph
 * @param block the path of child names as DJL names parameters, such as {@code
 *     01TransformerEncoderBlock/02Linear}; empty for the model's own code
 * @param blockType the class of that block
 * @param operation the class of a layer, or {@code NDArray.matMul}
 * @param inputs the ids of the tensors that it takes
 * @param parameters those of the layer; each is with the first node that uses it
 * @param flops of one forward pass; a multiply-add counts as two
 * @param file where the call stands
 * @param span the call
 * @param callers where the blocks around it are called, the innermost first
 */
public record Node(
    int id,
    String block,
    String blockType,
    String operation,
    List<Integer> inputs,
    List<Tensor> outputs,
    List<Parameter> parameters,
    Amount flops,
    SourceFile file,
    Span span,
    List<Caller> callers) {

  /** Where a block is called. */
  public record Caller(SourceFile file, Span span) {}

  /** Keeps its own copies. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    parameters = List.copyOf(parameters);
    callers = List.copyOf(callers);
  }
}
