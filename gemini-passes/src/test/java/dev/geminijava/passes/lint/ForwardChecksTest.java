package dev.geminijava.passes.lint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is found in code that runs for every micro-batch, and what is not. */
class ForwardChecksTest {

  @Nested
  class BatchInReshape {

    @Test
    void aConstantFieldOrLocalIsASizeAsWell() {
      Linting.forward(
              "static final int BATCH = 16; static final int HALF = BATCH / 2;",
              """
              long rows = HALF * 4;
              NDArray x = a.forward(store, inputs, training).head();
              NDArray y = x.reshape(new Shape(BATCH, 8));
              NDArray z = y.mul(2).reshape(rows, 4);
              return new NDList(z);
              """)
          .finds("batch-in-reshape", "BATCH", "rows")
          .says(
              "batch-in-reshape",
              "the first axis is fixed to BATCH = 16, but a micro-batch has fewer samples");
    }

    @Test
    void aFieldThatIsCalledAfterTheBatchIsOne() {
      Linting.forward(
              "int batchSize; Net(int batchSize) { this.batchSize = batchSize; }",
              "return new NDList(inputs.head().reshape(batchSize, -1));")
          .finds("batch-in-reshape", "batchSize");
    }

    @Test
    void statesThatAreMadeForABatch() {
      Linting.forward(
              "static final int TRAIN_BATCH_SIZE = 32; static final int WIDTH = 8;",
              """
              NDManager manager = inputs.head().getManager();
              NDArray hidden = manager.zeros(new Shape(TRAIN_BATCH_SIZE, WIDTH), DataType.FLOAT32);
              NDArray weights = manager.ones(new Shape(WIDTH, WIDTH));
              return new NDList(inputs.head().add(hidden).matMul(weights));
              """)
          .finds("batch-in-reshape", "TRAIN_BATCH_SIZE");
    }

    @Test
    void sizesOfTheArrayItselfAndWeightsAreFine() {
      Linting.forward(
              "final Parameter w = addParameter(Parameter.builder().setName(\"w\")"
                  + ".setType(Parameter.Type.WEIGHT).build());",
              """
              NDArray x = inputs.head();
              NDArray weight = store.getValue(w, x.getDevice(), training).reshape(32, 8);
              NDArray flat = x.reshape(x.getShape().get(0), 64).reshape(-1, 8).reshape(1, -1);
              return new NDList(flat.add(weight.sum()));
              """)
          .finds("batch-in-reshape");
    }

    @Test
    void aLambdaThatIsABlockIsForwardCode() {
      Linting.classes(
              Degrees.UNKNOWN,
              """
              class Main {
                Block block = new SequentialBlock().add(
                    list -> new NDList(list.singletonOrThrow().reshape(64, 28, 28)));
              }
              """)
          .finds("batch-in-reshape", "64");
    }

    @Test
    void itIsMendedWhereAllOtherSizesAreKnown() {
      String fixed =
          Linting.forward(
                  "",
                  """
                  NDArray x = inputs.head().reshape(32, 784);
                  return new NDList(x.reshape(32, -1));
                  """)
              .fixed();
      assertTrue(fixed.contains("reshape(-1, 784)"), fixed);
      assertTrue(fixed.contains("reshape(32, -1)"), fixed);
    }
  }

  @Nested
  class InPlaceActivation {

    @Test
    void aViewOfTheInputIsTheInput() {
      Linting.forward(
              "",
              """
              NDArray first = inputs.head().get(":, 0");
              first.addi(1);
              inputs.get(0).set(new NDIndex(":, 1"), 0);
              return inputs;
              """)
          .finds("in-place-activation", "addi(1)", "set(new NDIndex(\":, 1\"), 0)");
    }

    @Test
    void aSumThatBeginsWithTheFirstOfManyIsUsedNowhereElse() {
      Linting.forward(
              "",
              """
              NDArray sum = null;
              for (Block layer : List.of(a, b)) {
                NDArray y = layer.forward(store, inputs, training).head();
                sum = sum == null ? y : sum.addi(y);
              }
              return new NDList(sum);
              """)
          .finds("in-place-activation");
    }

    @Test
    void theResultOfALayerMayChangeUntilItIsUsed() {
      Linting.forward(
              "",
              """
              NDArray x = a.forward(store, inputs, training).head();
              x.addi(1);
              x.muli(2);
              NDArray y = b.forward(store, new NDList(x), training).head();
              x.subi(1);
              return new NDList(x.add(y));
              """)
          .finds("in-place-activation", "subi(1)")
          .says(
              "in-place-activation",
              "x was used on line 26, and backward needs the values that it had there");
    }

    @Test
    void aSecondNameForTheArrayIsAUse() {
      Linting.forward(
              "",
              """
              NDArray x = a.forward(store, inputs, training).head();
              NDArray residual = x;
              x.muli(2);
              return new NDList(x.add(residual));
              """)
          .finds("in-place-activation", "muli(2)");
    }

    @Test
    void aNewArrayIsOnesOwn() {
      Linting.forward(
              "",
              """
              NDArray x = inputs.head();
              NDArray sum = x.mul(2);
              sum.addi(x);
              x = x.square();
              x.addi(1);
              return new NDList(sum.add(x));
              """)
          .finds("in-place-activation");
    }

    @Test
    void aHelperKnowsWhatItIsGiven() {
      Linting.forward(
              """
              NDArray own(NDArray v) { return v.addi(1); }
              NDArray others(NDArray v) { return v.muli(2); }
              """,
              "return new NDList(own(inputs.head().exp()).add(others(inputs.head())));")
          .finds("in-place-activation", "muli(2)");
    }

    @Test
    void theFixKeepsTheMeaningOfStatementsAndExpressions() {
      String fixed =
          Linting.forward(
                  "",
                  """
                  NDArray x = inputs.head();
                  x.muli(2);
                  NDArray y = inputs.head().addi(x);
                  return new NDList(y);
                  """)
              .fixed();
      assertTrue(fixed.contains("x = x.mul(2);"), fixed);
      assertTrue(fixed.contains("NDArray y = inputs.head().add(x);"), fixed);
    }
  }

  @Nested
  class ValueDependentControlFlow {

    @Test
    void aNumberThatWasReadOutKeepsItsOrigin() {
      Linting.forward(
              "",
              """
              float[] norms = a.forward(store, inputs, training).head().norm().toFloatArray();
              float largest = norms[0] * 2;
              int turns = 0;
              while (turns < largest) {
                turns++;
              }
              return training && largest > 1 ? inputs : b.forward(store, inputs, training);
              """)
          .finds("value-dependent-control-flow", "turns < largest", "training && largest > 1");
    }

    @Test
    void switchesLoopsAndTheChoiceOfALayer() {
      Linting.forward(
              "Block[] experts = {a, b};",
              """
              NDArray x = inputs.head();
              int best = (int) x.argMax().getLong();
              switch (best % 3) {
                case 0:
                  x = x.mul(2);
                  break;
                default:
              }
              do {
                x = x.div(2);
              } while (x.max().getFloat() > 1);
              for (long index : x.argMax(1).toLongArray()) {
                x = x.add(index);
              }
              return experts[best].forward(store, new NDList(x), training);
              """)
          .finds(
              "value-dependent-control-flow",
              "best % 3",
              "x.max().getFloat() > 1",
              "x.argMax(1).toLongArray()",
              "experts[best]");
    }

    @Test
    void shapesFlagsNullAndChecksAreFine() {
      Linting.forward(
              "",
              """
              NDArray x = inputs.head();
              NDArray mask = inputs.size() > 1 ? inputs.get(1) : null;
              if (x.isNaN().any().getBoolean()) {
                throw new IllegalStateException("NaN");
              }
              if (x.getShape().get(1) > 3 && training) {
                x = x.mul(2);
              }
              if (mask != null) {
                x = x.mul(mask);
              }
              for (int i = 0; i < x.getShape().dimension(); i++) {
                x = x.add(i);
              }
              return new NDList(x);
              """)
          .finds("value-dependent-control-flow");
    }
  }

  @Nested
  class StateInForward {

    @Test
    void assignmentsStepsCellsAndCollections() {
      Linting.forward(
              "int calls; float[] norms = new float[4]; List<NDArray> kept = new ArrayList<>();"
                  + " NDArray last;",
              """
              calls++;
              norms[0] = 1;
              helper(inputs.head());
              last = inputs.head();
              return inputs;
              """
                  .indent(0)
                  .replace("helper(inputs.head());", "kept.add(inputs.head());"))
          .finds(
              "state-in-forward",
              "calls++",
              "norms[0] = 1",
              "kept.add(inputs.head())",
              "last = inputs.head()");
    }

    @Test
    void aMethodThatForwardCallsIsForwardCode() {
      Linting.forward(
              "long seen; private void count(long n) { seen += n; } void reset() { seen = 0; }",
              "count(inputs.head().size()); return inputs;")
          .finds("state-in-forward", "seen += n");
    }

    @Test
    void arraysInFieldsAndWeightsAreStateAsWell() {
      Linting.forward(
              "NDArray mean; final Parameter w = addParameter(Parameter.builder().setName(\"w\")"
                  + ".setType(Parameter.Type.WEIGHT).build());",
              """
              mean.muli(0.9f);
              NDArray weight = store.getValue(w, inputs.head().getDevice(), training);
              weight.divi(weight.norm());
              return new NDList(inputs.head().mul(weight).add(mean));
              """)
          .finds("state-in-forward", "mean.muli(0.9f)", "weight.divi(weight.norm())")
          .finds("in-place-activation");
    }

    @Test
    void localsAndTheFieldsOfLocalsAreFine() {
      Linting.forward(
              "static class Pair { NDArray left; }",
              """
              List<NDArray> parts = new ArrayList<>();
              parts.add(inputs.head());
              Pair pair = new Pair();
              pair.left = inputs.head();
              int n = 0;
              n++;
              return new NDList(parts.get(n - 1).add(pair.left));
              """)
          .finds("state-in-forward");
    }
  }

  @Nested
  class AttachedInForward {

    @Test
    void whatIsMadeByOrGivenToAManagerThatStays() {
      Linting.forward(
              "NDManager kept; Model model;",
              """
              NDArray x = inputs.head();
              x.attach(model.getNDManager());
              NDArray y = NDManager.newBaseManager().create(1f);
              y.detach();
              return new NDList(x.add(kept.arange(8)).add(y));
              """)
          .finds(
              "attached-in-forward",
              "x.attach(model.getNDManager())",
              "NDManager.newBaseManager().create(1f)",
              "y.detach()",
              "kept.arange(8)");
    }

    @Test
    void theBatchesManagerAndThoseBelowItAreFine() {
      Linting.forward(
              "",
              """
              NDArray x = inputs.head();
              NDManager manager = x.getManager();
              try (NDManager scope = manager.newSubManager()) {
                NDArray y = scope.ones(x.getShape()).add(x);
                y.attach(manager);
                return new NDList(y);
              }
              """)
          .finds("attached-in-forward")
          .finds("unclosed");
    }
  }

  @Nested
  class RandomInForward {

    @Test
    void arraysAndNumbers() {
      Linting.forward(
              "final java.util.Random random = new java.util.Random(1);",
              """
              NDArray x = inputs.head();
              NDArray y = x.getManager().randomUniform(0, 1, x.getShape());
              float keep = random.nextFloat();
              return new NDList(Math.random() < 2 ? x.mul(keep) : y);
              """)
          .finds(
              "random-in-forward",
              "x.getManager().randomUniform(0, 1, x.getShape())",
              "random.nextFloat()",
              "Math.random()");
    }

    @Test
    void dropoutAndWhatRunsOutsideOfForwardIsFine() {
      Linting.forward(
              "final Block drop = addChildBlock(\"drop\", Dropout.builder().build());"
                  + " NDArray draw(NDManager m) { return m.randomNormal(new Shape(2)); }",
              "return drop.forward(store, inputs, training);")
          .finds("random-in-forward");
    }
  }

  @Nested
  class CannotBeCut {

    @Test
    void aBlockWhoseChildrenAreOnlyRead() {
      Linting.forward(
              "",
              """
              NDArray x = inputs.head();
              NDArray w = store.getValue(a.getParameters().valueAt(0), x.getDevice(), training);
              return new NDList(x.matMul(w));
              """)
          .finds("cannot-be-cut", "Net");
    }

    @Test
    void aModelOfParametersIsOneStageButALayerNeedNotBeMore() {
      String layer =
          """
          class Deep extends AbstractBlock {
            final Parameter v = addParameter(parameter("v"));
            final Parameter w = addParameter(parameter("w"));
            static Parameter parameter(String name) {
              return Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build();
            }
            @Override
            protected NDList forwardInternal(
                ParameterStore store, NDList in, boolean training, PairList<String, Object> more) {
              return in;
            }
            @Override
            public Shape[] getOutputShapes(Shape[] shapes) { return shapes; }
          }
          """;
      Linting.classes(Degrees.UNKNOWN, layer).finds("cannot-be-cut");
      Linting.classes(
              Degrees.UNKNOWN,
              layer + "class Main { void use(Model model) { model.setBlock(new Deep()); } }")
          .finds("cannot-be-cut", "Deep");
    }

    @Test
    void whoeverIsGivenTheParametersMayCallALayer() {
      Linting.forward(
              "static class Calls { static NDList run(Block block, ParameterStore s, NDList in) {"
                  + " return block.forward(s, in, false); } }",
              "return Calls.run(a, store, inputs);")
          .finds("cannot-be-cut");
    }

    @Test
    void oneCallInAHelperIsEnough() {
      Linting.forward(
              "NDList run(Block block, ParameterStore s, NDList in) {"
                  + " return block.forward(s, in, false); }",
              "return run(a, store, inputs);")
          .finds("cannot-be-cut");
    }
  }
}
