package dev.geminijava.passes.model;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a model computes for one batch: nodes in the order of execution, tensors between them.
 *
 * @param name the class of its outermost block, or what its block is called where that is built of
 *     the library's
 * @param file where it is made
 * @param span the expression that makes it
 * @param inputs what goes in, in the order in which the model takes it
 * @param nodes what is computed, in the order of execution
 * @param outputs the ids of the tensors that come out
 * @param parameters all that the model has, in DJL's order; one that several blocks share is there
 *     once
 * @param gaps what was not understood
 * @param batch samples in a batch, where the program says it: all its data sets the same, or else
 *     the shapes that it initialises the model with
 */
public record ModelGraph(
    String name,
    SourceFile file,
    Span span,
    List<Tensor> inputs,
    List<Node> nodes,
    List<Integer> outputs,
    List<Parameter> parameters,
    List<Gap> gaps,
    OptionalLong batch) {

  /** Keeps its own copies. */
  public ModelGraph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    parameters = List.copyOf(parameters);
    gaps = List.copyOf(gaps);
  }

  /** A graph all of whose parameters are its nodes'. */
  public ModelGraph(
      String name,
      SourceFile file,
      Span span,
      List<Tensor> inputs,
      List<Node> nodes,
      List<Integer> outputs,
      List<Gap> gaps) {
    this(
        name,
        file,
        span,
        inputs,
        nodes,
        outputs,
        nodes.stream().flatMap(node -> node.parameters().stream()).distinct().toList(),
        gaps,
        OptionalLong.empty());
  }

  /** The same for data sets that give so many samples in a batch; zero stands for any number. */
  public ModelGraph sampled(Set<Long> batches) {
    OptionalLong one =
        batches.size() == 1
            ? batches.stream().mapToLong(n -> n).filter(n -> n > 0).findFirst()
            : OptionalLong.empty();
    return one.isEmpty()
        ? this
        : new ModelGraph(name, file, span, inputs, nodes, outputs, parameters, gaps, one);
  }

  /** How many numbers the parameters have. */
  public Amount parameterCount() {
    return Amount.sum(parameters.stream().map(p -> p.shape().count()).toList());
  }

  /** Floating-point operations of one forward pass; a multiply-add counts as two. */
  public Amount flops() {
    return Amount.sum(nodes.stream().map(Node::flops).toList());
  }

  /** Bytes of all that the nodes give out in one forward pass. */
  public Amount activationBytes() {
    return Amount.sum(
        nodes.stream().flatMap(n -> n.outputs().stream()).map(Tensor::bytes).toList());
  }

  /** Every tensor: the inputs, then what the nodes give out. */
  public List<Tensor> tensors() {
    return Stream.concat(inputs.stream(), nodes.stream().flatMap(n -> n.outputs().stream()))
        .toList();
  }
}
