package dev.geminijava.tests.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How programs use the methods that there are rules for. */
final class Uses {

  private static final String UNARY =
      "log10 log2 neg abs square sqrt cbrt floor ceil round trunc exp gammaln log sin cos tan asin"
          + " acos atan sinh cosh tanh toDegrees toRadians sign erfinv erf isInfinite"
          + " isNaN duplicate stopGradient zerosLike onesLike conj";
  private static final String BINARY =
      "add sub mul div mod pow maximum minimum eq neq gt gte lt lte xlogy atan2";
  private static final String LOGICAL = "logicalAnd logicalOr logicalXor";
  private static final String CURVES = "relu sigmoid tanh softPlus softSign selu gelu mish";
  private static final String[] PAIRS = {
    "x:4x8 y:4x8", "x:4x8 y:8", "x:4x8 y:1x8", "x:4x1 y:4x8", "x:2x4x8 y:4x1"
  };

  /** The methods that no use can show to be right, and why. */
  static final Map<String, String> UNSHOWN =
      Stream.of(
              unshown(
                  "DJL's engine for PyTorch does not have it",
                  "ai.djl.ndarray.NDArray",
                  "asinh acosh atanh batchDot"),
              unshown(
                  "DJL's engine for PyTorch does not have it",
                  "ai.djl.nn.pooling.Pool",
                  "lpPool3d globalLpPool3d"),
              unshown("it takes nothing that is cut", "ai.djl.ndarray.NDArray", "all any none"),
              unshown(
                  "the values of what it makes are not defined", "ai.djl.ndarray.NDArray", "like"),
              unshown(
                  "it says nothing of what is in the array, and every rank may ask it",
                  "ai.djl.ndarray.NDArray",
                  "getDevice getDataType getName setName isSparse getSparseFormat hasGradient"
                      + " setRequiresGradient close"),
              unshown(
                  "it reads a layer, and no array", "dev.geminijava.runtime.Shards", "features"),
              unshown(
                  "it moves the array to another scope, and gives nothing",
                  "ai.djl.ndarray.NDResource",
                  "attach detach tempAttach close"),
              unshown(
                  "it moves arrays to another scope, and gives nothing",
                  "ai.djl.ndarray.NDManager",
                  "subManagerOf tempAttachAll attachAll attachUncappedInternal"
                      + " tempAttachInternal"),
              unshown(
                  "it draws random numbers, which the runtime makes the same on every rank",
                  "ai.djl.ndarray.NDManager",
                  "randomUniform randomNormal truncatedNormal randomInteger sampleNormal"))
          .flatMap(m -> m.entrySet().stream())
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  private Uses() {}

  private static Map<String, String> unshown(String why, String owner, String methods) {
    return Stream.of(methods.split(" ")).collect(Collectors.toMap(m -> owner + "." + m, m -> why));
  }

  static List<Use> all() {
    List<Use> uses = new ArrayList<>();
    elementwise(uses);
    products(uses);
    reductions(uses);
    alongAxes(uses);
    permutations(uses);
    reshapes(uses);
    pieces(uses);
    others(uses);
    return uses;
  }

  private static void elementwise(List<Use> uses) {
    uses.addAll(Use.each(UNARY, "x.METHOD()", "x:4x8"));

    uses.addAll(Use.each("clip", "x.METHOD(0.2, 0.6)", "x:4x8"));
    uses.addAll(Use.each("toType", "x.METHOD(DataType.FLOAT64, false)", "x:4x8"));
    uses.addAll(Use.each("toDevice", "x.METHOD(Device.cpu(), true)", "x:4x8"));
    uses.addAll(Use.each("scaleGradient", "x.METHOD(0.5)", "x:4x8"));
    uses.addAll(Use.each("logicalNot", "x.gt(0.5).METHOD()", "x:4x8"));
    uses.addAll(Use.each(BINARY, "x.METHOD(y)", PAIRS));
    uses.addAll(Use.each("add sub mul div mod pow maximum gt", "x.METHOD(0.5)", "x:4x8"));
    uses.addAll(Use.each(LOGICAL, "x.gt(0.5).METHOD(y.gt(0.4))", PAIRS));
    uses.addAll(
        Use.each("addi subi muli divi modi powi", "x.duplicate().METHOD(y)", PAIRS[0], PAIRS[1]));
    uses.addAll(Use.each("addi muli", "x.duplicate().METHOD(2)", "x:4x8"));
    uses.addAll(Use.each("negi signi", "x.duplicate().METHOD()", "x:4x8"));
    String several = "add sub mul div mod pow maximum minimum eq neq gt gte lt lte";
    uses.addAll(Use.each(several, "NDArrays.METHOD(x, y)", PAIRS));
    uses.addAll(Use.each(LOGICAL, "NDArrays.METHOD(x.gt(0.5), y.gt(0.4))", PAIRS));
    uses.addAll(Use.each("erf erfinv", "NDArrays.METHOD(x)", "x:4x8"));
    uses.addAll(Use.each("where", "NDArrays.METHOD(c.gt(0.5), x, y)", "c:4x8 x:4x8 y:4x8"));
    uses.addAll(Use.each(CURVES, "x.getNDArrayInternal().METHOD()", "x:4x8"));
    uses.addAll(Use.each("leakyRelu elu swish", "x.getNDArrayInternal().METHOD(0.5f)", "x:4x8"));
    uses.addAll(Use.each("rsub rdiv rmod", "x.getNDArrayInternal().METHOD(y)", PAIRS[0]));
    uses.addAll(Use.each("rsub rdiv rmod rpow", "x.getNDArrayInternal().METHOD(2)", "x:4x8"));
    uses.addAll(Use.each(CURVES + " relu6", "Activation.METHOD(x)", "x:4x8"));
    uses.addAll(Use.each("relu gelu", "Activation.METHOD(new NDList(x))", "x:4x8"));
    uses.addAll(Use.each("leakyRelu elu swish", "Activation.METHOD(x, 0.5f)", "x:4x8"));
  }

  private static void products(List<Use> uses) {
    String[] stacks = {"x:4x6 y:6x8", "x:2x4x6 y:2x6x8", "x:2x1x4x6 y:4x6x8", "x:2x4x6 y:6x8"};
    uses.addAll(Use.each("matMul", "x.METHOD(y)", stacks));
    uses.addAll(Use.each("matMul", "NDArrays.METHOD(x, y)", stacks));
    uses.addAll(Use.each("batchMatMul", "x.METHOD(y)", "x:2x4x6 y:2x6x8"));
    uses.addAll(Use.each("dot", "x.METHOD(y)", "x:4x6 y:6x8"));
    uses.addAll(Use.each("dot", "NDArrays.METHOD(x, y)", "x:4x6 y:6x8"));
    uses.addAll(
        Use.each(
            "attend",
            "FusedAttention.METHOD(q, k, v, b)",
            "q:2x4x6x8 k:2x4x6x8 v:2x4x6x8 b:6x6",
            "q:2x4x6x8 k:2x4x6x8 v:2x4x6x8 b:4x6x6"));
    uses.addAll(
        Use.each(
            "attendCausally", "FusedAttention.METHOD(q, k, v)", "q:2x4x6x8 k:2x4x6x8 v:2x4x6x8"));
  }

  private static void reductions(List<Use> uses) {
    String three = "x:2x4x8";
    String five = "sum mean max min prod";
    uses.addAll(Use.each("sum mean", "x.METHOD()", three));
    uses.addAll(Use.each(five + " median", "x.METHOD(new int[] {1})", three));
    uses.addAll(Use.each(five, "x.METHOD(new int[] {-1}, true)", three));
    uses.addAll(Use.each("sum", "x.METHOD(new int[] {0, -1})", three));
    uses.addAll(Use.each("sum", "x.METHOD(new int[] {0, 2}, true)", three));
    uses.addAll(Use.each("norm", "x.METHOD(new int[] {1}, false)", three));
    uses.addAll(Use.each("norm", "x.METHOD(2, new int[] {-1}, true)", three));
    uses.addAll(Use.each("argMax argMin", "x.METHOD(1)", three));
    uses.addAll(Use.each("countNonzero", "x.gt(0.5).METHOD(-1)", three));
  }

  private static void alongAxes(List<Use> uses) {
    String three = "x:2x4x8";
    String along = "softmax logSoftmax cumSum cumProd";
    uses.addAll(Use.each(along, "x.METHOD(-1)", three));
    uses.addAll(Use.each(along, "x.METHOD(1)", three));
    uses.addAll(Use.each("normalize", "x.METHOD(2, 1)", three));
    uses.addAll(Use.each("sort argSort", "x.METHOD(1)", three));
    uses.addAll(Use.each("sort argSort", "x.METHOD()", three));
    uses.addAll(Use.each("flip", "x.METHOD(1)", three));
    uses.addAll(Use.each("flip", "x.METHOD(0, -1)", three));
    uses.addAll(Use.each("topK", "x.METHOD(2, 1)", three));
    uses.addAll(Use.each("gather", "x.METHOD(i, 1)", "x:2x4x8 i#4:2x3x8", "x:2x4x8 i#4:2x6x8"));
    uses.addAll(Use.each("oneHot", "i.METHOD(5)", "i#5:4x6"));
    uses.addAll(Use.each("complex", "x.METHOD().real()", "x:4x6x2"));
    uses.addAll(Use.each("diff", "x.METHOD(1, 1)", three));
  }

  private static void permutations(List<Use> uses) {
    String three = "x:2x4x8";
    uses.addAll(Use.each("transpose", "x.METHOD()", three));
    uses.addAll(Use.each("transpose", "x.METHOD(2, 0, 1)", three));
    uses.addAll(Use.each("transpose", "x.METHOD(0, 2, 1, 3)", "x:2x4x6x8"));
    uses.addAll(Use.each("swapAxes", "x.METHOD(0, 2)", three));
    uses.addAll(Use.each("swapAxes", "x.METHOD(1, -1)", three));
    uses.addAll(Use.each("expandDims", "x.METHOD(0)", three));
    uses.addAll(Use.each("expandDims", "x.METHOD(2)", three));
    uses.addAll(Use.each("expandDims", "x.METHOD(-1)", three));
    uses.addAll(Use.each("squeeze", "x.METHOD(1)", "x:4x1x8"));
    uses.addAll(Use.each("squeeze", "x.METHOD(-1)", "x:4x8x1"));
    for (String axis : List.of("0", "1", "-1")) {
      uses.addAll(Use.each("concat", "x.METHOD(y, " + axis + ")", "x:4x8 y:4x8"));
      uses.addAll(Use.each("stack", "x.METHOD(y, " + axis + ")", "x:4x8 y:4x8"));
      String list = "NDArrays.METHOD(new NDList(x, y), " + axis + ")";
      uses.addAll(Use.each("concat stack", list, "x:4x8 y:4x8"));
    }
    uses.addAll(Use.each("concat", "x.METHOD(y, 1)", "x:4x8 y:4x4"));
    uses.addAll(Use.each("repeat", "x.METHOD(1, 3)", "x:4x8"));
    uses.addAll(Use.each("repeat", "x.METHOD(0, 2)", "x:4x8"));
    uses.addAll(Use.each("repeat tile", "x.METHOD(new long[] {2, 3})", "x:4x8"));
    uses.addAll(Use.each("broadcast", "x.METHOD(n, m)", "x:1x8 n=6 m=8", "x:4x1 n=4 m=6"));
    uses.addAll(Use.each("broadcast", "x.METHOD(new Shape(n, m))", "x:1x8 n=6 m=8"));
  }

  private static void reshapes(List<Use> uses) {
    uses.addAll(
        Use.each(
            "reshape",
            "x.METHOD(a, b, c)",
            "x:4x24 a=4 b=6 c=4",
            "x:6x4x8 a=2 b=12 c=8",
            "x:2x12x4 a=2 b=4 c=12",
            "x:24x8 a=2 b=12 c=8",
            "x:2x4x6x8 a=8 b=6 c=8",
            "x:2x4x6x8 a=2 b=24 c=8",
            "x:2x4x6x8 a=2 b=4 c=48"));
    uses.addAll(
        Use.each(
            "reshape",
            "x.METHOD(a, b, -1)",
            "x:4x24 a=4 b=6",
            "x:2x12x4 a=2 b=4",
            "x:2x4x6x8 a=2 b=4"));
    uses.addAll(Use.each("reshape", "x.METHOD(-1, b, c)", "x:4x24 b=6 c=4", "x:2x4x6x8 b=6 c=8"));
    uses.addAll(Use.each("reshape", "x.METHOD(new Shape(a, -1, b))", "x:4x24 a=4 b=4"));
    uses.addAll(Use.each("flatten", "x.METHOD()", "x:2x4x8"));
    uses.addAll(Use.each("flatten", "x.METHOD(1, 2)", "x:2x4x6x8"));
    uses.addAll(Use.each("flatten", "x.METHOD(0, -2)", "x:2x4x6x8"));
    uses.addAll(Use.each("batchFlatten", "Blocks.METHOD(x)", "x:2x4x6"));
  }

  private static void pieces(List<Use> uses) {
    uses.addAll(Use.each("split", "x.METHOD(2)", "x:8x4"));
    uses.addAll(Use.each("split", "x.METHOD(2, 1)", "x:4x8x6"));
    uses.addAll(Use.each("split", "x.METHOD(3, 2)", "x:4x6x24"));
    uses.addAll(Use.each("split", "x.METHOD(new long[] {2, 5}, 1)", "x:4x8x6"));
    String four = "x:4x6x8";
    uses.addAll(Use.each("get", "x.METHOD(1)", four));
    uses.addAll(Use.each("get", "x.METHOD(1, 2)", four));
    uses.addAll(Use.each("get", "x.METHOD(\":, 1\")", four));
    uses.addAll(Use.each("get", "x.METHOD(\"..., 2\")", four));
    uses.addAll(Use.each("get", "x.METHOD(\":, 1:4\")", four));
    uses.addAll(Use.each("get", "x.METHOD(\"..., :{}\", n)", "x:4x6x8 n=4"));
    uses.addAll(Use.each("get", "x.METHOD(\"..., {}:\", n)", "x:4x6x8 n=4"));
    uses.addAll(Use.each("get", "x.METHOD(new NDIndex(\"..., {}:{}\", n, m))", "x:4x24 n=8 m=16"));
    uses.addAll(Use.each("get", "x.METHOD(new NDIndex(\":, :, ::2\"))", four));
  }

  private static void others(List<Use> uses) {
    uses.addAll(Use.each("dropout", "Dropout.METHOD(x, 0f, true)", "x:4x8"));
    uses.addAll(Use.each("of", "new NDList(java.util.List.METHOD(x, x))", "x:4x8"));
    uses.addAll(Use.each("asList", "new NDList(java.util.Arrays.METHOD(x, x))", "x:4x8"));
    uses.addAll(Use.each("cut", "Pipeline.METHOD(new NDList(x))", "x:4x8"));
    uses.addAll(Use.each("ret", "x.getManager().newSubManager().METHOD(x)", "x:4x8"));
    uses.addAll(Use.each("getShape", "x.METHOD()", "x:4x8"));
    uses.addAll(Use.each("size", "x.METHOD(0)", "x:4x8"));
    uses.addAll(Use.each("get size", "x.getShape().METHOD(1)", "x:4x8"));
    uses.addAll(Use.each("dimension", "x.getShape().METHOD()", "x:4x8"));
    uses.addAll(Use.each("zeros ones", "x.getManager().METHOD(x.getShape()).add(x)", "x:4x8"));
    uses.addAll(Use.each("full", "x.getManager().METHOD(x.getShape(), 0.5f)", "x:4x8"));
    uses.addAll(Use.each("create", "x.getManager().METHOD(2.5f).mul(x)", "x:4x8"));
    uses.addAll(Use.each("arange eye", "x.getManager().METHOD(8)", "x:4x8"));
    for (int axes = 1; axes <= 3; axes++) {
      String shape = "x:2x4" + "x8".repeat(axes);
      String window = "new Shape(2" + ", 2".repeat(axes - 1) + ")";
      String none = "new Shape(0" + ", 0".repeat(axes - 1) + ")";
      String more = window + ", " + window + ", " + none + ", false";
      String all = "globalMaxPool%1$dd globalAvgPool%1$dd".formatted(axes);
      uses.addAll(Use.each("maxPool%dd".formatted(axes), "Pool.METHOD(x, " + more + ")", shape));
      uses.addAll(
          Use.each("avgPool%dd".formatted(axes), "Pool.METHOD(x, " + more + ", true)", shape));
      if (axes < 3) {
        uses.addAll(
            Use.each("lpPool%dd".formatted(axes), "Pool.METHOD(x, 2f, " + more + ")", shape));
        uses.addAll(Use.each("globalLpPool%dd".formatted(axes), "Pool.METHOD(x, 2f)", shape));
      }
      uses.addAll(Use.each(all, "Pool.METHOD(x)", shape));
    }
  }

  /** What takes no array that is cut, however it is cut. */
  static List<Use> refused() {
    return Use.each("all any none", "x.gt(0.5).METHOD()", "x:4x8");
  }
}
