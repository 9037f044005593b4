package dev.geminijava.passes.djl;

import dev.geminijava.passes.front.Anchor;
import dev.geminijava.passes.front.Anchor.Argument;
import dev.geminijava.passes.front.Anchor.Assigned;
import dev.geminijava.passes.front.Anchor.Body;
import dev.geminijava.passes.front.Anchor.Called;
import dev.geminijava.passes.front.Anchor.Created;
import dev.geminijava.passes.front.Anchor.Returned;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.List;
import java.util.stream.Stream;

/**
 * A place in DJL's own classes that calls the runtime.
 *
 * @param type the class of DJL
 * @param anchor the place
 * @param count how many such places there must be
 * @param open what is inserted there, or before it
 * @param close what is inserted after it
 * @param why the reason
 */
record Hook(String type, Anchor anchor, int count, String open, String close, String why) {

  private static final String ARRAY = "ai.djl.pytorch.engine.PtNDArray";
  private static final String JNI = "ai.djl.pytorch.jni.JniUtils";

  Hook(String type, Anchor anchor, String open, String close, String why) {
    this(type, anchor, 1, open, close, why);
  }

  /** All hooks. They use full names: DJL's own classes get no imports for them. */
  static final List<Hook> ALL =
      Stream.concat(places().stream(), Arithmetic.hooks().stream()).toList();

  private static List<Hook> places() {
    return List.of(
        new Hook(
            ARRAY,
            new Body(),
            " private final Object birth = "
                + RuntimeNames.LANE
                + ".birth(this); @Override public Long getHandle() { return "
                + RuntimeNames.LANE
                + ".resolve(this, birth, super.getHandle()); }",
            "",
            "an array knows its stage, and its first use in a later stage fetches it there"),
        new Hook(
            ARRAY,
            new Returned("getManager", "manager"),
            RuntimeNames.LANE + ".manager(birth, ",
            ")",
            "what is computed with an array belongs to the stage that computes it"),
        new Hook(
            ARRAY,
            new Returned("getDevice", "device"),
            RuntimeNames.LANE + ".device(birth, ",
            ")",
            "an array is on the device of the stage that uses it"),
        new Hook(
            JNI,
            new Called("createNdFromByteBuffer", "torchFromBlob"),
            "NativeArrays.own(data, shape, dType, layout, device, () -> ",
            ")",
            "the array owns its memory, and does not lose it before backward; no device waits for a"
                + " single number"),
        new Hook(
            JNI,
            new Created("dropout", "PtNDArray"),
            RuntimeNames.SHARDS + ".dropout(ndArray, prob, training, () -> ",
            ")",
            "all ranks of a group drop the same values"),
        made("createNdFromByteBuffer", 2),
        made("createEmptyNdArray", 1),
        made("createZerosNdArray", 1),
        made("createOnesNdArray", 1),
        made("full", 1),
        made("arange", 1),
        made("linspace", 1),
        made("eye", 1),
        drawn("normal", "size", "mean"),
        drawn("uniform", "size", "(low + high) / 2"),
        drawn("randint", "size", "(low + high) / 2"),
        drawn("randperm", "new ai.djl.ndarray.types.Shape(n)", "0"),
        product("matmul", 1),
        product("bmm", 1),
        product("dot", 2),
        recurrent("rnn"),
        recurrent("gru"),
        recurrent("lstm"),
        new Hook(
            JNI,
            new Created("linear", "PtNDArray"),
            RuntimeNames.LANE + ".linear(input, weight, bias, () -> ",
            ")",
            "a stage computes its weights' gradients once for all micro-batches"),
        new Hook(
            "ai.djl.nn.convolutional.Convolution",
            new Argument("forwardInternal", "convolution", 6),
            RuntimeNames.SHARDS + ".groups(",
            ")",
            "a convolution whose channels are split has a share of its groups"),
        new Hook(
            "ai.djl.nn.AbstractBaseBlock",
            new Called("forward", "initialize"),
            2,
            RuntimeNames.LANE + ".once(this, () -> ",
            ")",
            "a block that is initialised by its first forward is so once, not on every rank"),
        new Hook(
            "ai.djl.nn.Parameter",
            new Returned("getArray", "array"),
            RuntimeNames.SHARDS + ".whole(this, ",
            ")",
            "whoever asks for a split parameter gets the whole of it"),
        new Hook(
            "ai.djl.pytorch.engine.PtEngine",
            new Created("newGradientCollector", "PtGradientCollector"),
            RuntimeNames.GEMINI_COLLECTOR + ".of(",
            ")",
            "gradients flow on through the stages, whoever asked for the collector"),
        new Hook(
            "ai.djl.BaseModel",
            new Argument("save", "newOutputStream", 0),
            RuntimeNames.CHECKPOINT + ".partial(",
            ")",
            "a checkpoint is written under a temporary name"),
        new Hook(
            "ai.djl.BaseModel",
            new Assigned("save", "modelDir"),
            RuntimeNames.CHECKPOINT + ".commit(paramFile); ",
            "",
            "a complete checkpoint gets its name"));
  }

  private static Hook made(String method, int places) {
    return new Hook(
        JNI,
        new Created(method, "PtNDArray"),
        places,
        RuntimeNames.LANE + ".anew(() -> ",
        ")",
        "what is made of nothing is the same on every rank");
  }

  private static Hook product(String method, int places) {
    return new Hook(
        JNI,
        new Created(method, "PtNDArray"),
        places,
        RuntimeNames.SHARDS + ".product(ndArray1, ndArray2, JniUtils::" + method + ", () -> ",
        ")",
        "scores over a vocabulary are computed in shares, from a tied table, too; factors may be"
            + " rounded");
  }

  private static Hook recurrent(String method) {
    return new Hook(
        JNI,
        new Returned(method, "res"),
        RuntimeNames.SHARDS + ".recurrent(",
        ", dropRate, training)",
        "all ranks of a group drop the same values inside a recurrent layer");
  }

  private static Hook drawn(String method, String shape, String typical) {
    return new Hook(
        JNI,
        new Created(method, "PtNDArray"),
        RuntimeNames.SHARDS + ".drawn(manager, " + shape + ", dataType, " + typical + ", () -> ",
        ")",
        "all ranks of a group see the same random numbers");
  }
}
