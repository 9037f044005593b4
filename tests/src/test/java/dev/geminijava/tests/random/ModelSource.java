package dev.geminijava.tests.random;

import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole model, which can be written as Java.
 *
 * @param seed what it was drawn from
 * @param input what goes in
 * @param root the model's block
 * @param classes whether it is trained to choose one of its last axis, instead of to hit numbers
 */
record ModelSource(long seed, Form input, Part root, boolean classes) {

  /** Checks that all parts fit. */
  ModelSource {
    root.output(input);
  }

  /** The name of its class. */
  String name() {
    return "Model" + seed;
  }

  /** Everything that is a step smaller and still a model. */
  List<ModelSource> simpler() {
    List<ModelSource> simpler = new ArrayList<>();
    root.simpler().forEach(part -> add(simpler, input, part));
    for (Form less : smaller(input)) {
      add(simpler, less, root);
    }
    return simpler;
  }

  private void add(List<ModelSource> list, Form form, Part part) {
    try {
      list.add(new ModelSource(seed, form, part, classes));
    } catch (Misfit e) {
      // Not a model.
    }
  }

  private static List<Form> smaller(Form form) {
    List<Form> smaller = new ArrayList<>();
    if (form.samples().size() == 1) {
      Form.Sample sample = form.samples().get(0);
      for (int axis = 0; axis < sample.axes().size(); axis++) {
        for (int size : new int[] {2, sample.axes().get(axis) - 1}) {
          if (size > 0 && size < sample.axes().get(axis)) {
            List<Integer> axes = new ArrayList<>(sample.axes());
            axes.set(axis, size);
            smaller.add(new Form(List.of(new Form.Sample(axes, sample.vocabulary()))));
          }
        }
      }
      if (sample.vocabulary() > 2) {
        smaller.add(Form.tokens(2, sample.axes().toArray(Integer[]::new)));
      }
    }
    return smaller;
  }

  /** The file. */
  SourceFile file() {
    return new SourceFile(Path.of("models", name() + ".java"), text());
  }

  /** The source, complete, as a model for the tests. */
  String text() {
    SourceText source = new SourceText();
    String block = root.create(source, input);
    Form output = root.output(input);
    StringBuilder text = new StringBuilder();
    text.append(
        """
        package models;

        import ai.djl.ndarray.NDArray;
        import ai.djl.ndarray.NDArrays;
        import ai.djl.ndarray.NDList;
        import ai.djl.ndarray.NDManager;
        import ai.djl.ndarray.types.DataType;
        import ai.djl.ndarray.types.Shape;
        import ai.djl.ndarray.types.SparseFormat;
        import ai.djl.nn.*;
        import ai.djl.nn.convolutional.*;
        import ai.djl.nn.core.*;
        import ai.djl.nn.norm.*;
        import ai.djl.nn.pooling.*;
        import ai.djl.nn.recurrent.*;
        import ai.djl.modality.nlp.DefaultVocabulary;
        import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
        import ai.djl.training.ParameterStore;
        import ai.djl.training.loss.*;
        import ai.djl.util.PairList;
        import dev.geminijava.tests.model.Example;
        import dev.geminijava.tests.model.Numbers;
        import java.util.*;

        """);
    text.append("/** Drawn at random from seed ").append(seed).append(". */\n");
    text.append("public final class ").append(name()).append(" implements Example {\n");
    source.classes().forEach(type -> text.append('\n').append(type.indent(2)));
    method(text, "Block block()", block);
    method(text, "NDList data(NDManager manager, int batch)", arrays(input, false));
    method(text, "NDList labels(NDManager manager, int batch)", arrays(output, choosesOne(output)));
    if (choosesOne(output)) {
      method(text, "Loss loss()", "Loss.softmaxCrossEntropyLoss()");
    } else if (output.samples().size() > 1) {
      StringBuilder loss = new StringBuilder("new SimpleCompositeLoss()");
      for (int i = 0; i < output.samples().size(); i++) {
        loss.append(
            "\n        .addLoss(new IndexLoss(Loss.l2Loss(\"output%1$d\"), %1$d))".formatted(i));
      }
      method(text, "Loss loss()", loss.toString());
    }
    if (root.singlePrecision()) {
      method(text, "DataType dataType()", "DataType.FLOAT32");
    }
    return text.append("}\n").toString().replaceAll("(?m) +$", "");
  }

  // DJL's cross-entropy takes labels with one axis.
  private boolean choosesOne(Form output) {
    return classes
        && output.samples().size() == 1
        && output.axes().size() == 1
        && output.width() > 1;
  }

  private static void method(StringBuilder text, String head, String result) {
    text.append("\n  @Override\n  public ").append(head).append(" {\n");
    text.append("    return ").append(result.indent(4).strip()).append(";\n  }\n");
  }

  private static String arrays(Form form, boolean classes) {
    return form.samples().stream()
        .map(
            sample -> {
              String shape = new Form(List.of(sample)).arguments("batch");
              if (sample.vocabulary() > 0) {
                return "Numbers.classes(manager, " + sample.vocabulary() + ", " + shape + ")";
              }
              String batch = sample.length("batch");
              return classes
                  ? "Numbers.classes(manager, " + sample.axes().get(0) + ", " + batch + ")"
                  : "Numbers.wave(manager, " + shape + ")";
            })
        .collect(Collectors.joining(", ", "new NDList(", ")"));
  }
}
