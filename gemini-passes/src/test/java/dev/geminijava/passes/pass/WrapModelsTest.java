package dev.geminijava.passes.pass;

import dev.geminijava.passes.Rewriting;
import org.junit.jupiter.api.Test;

class WrapModelsTest {

  @Test
  void everyOverloadIsWrapped() {
    Rewriting.of(
            new WrapModels(),
            """
            import ai.djl.Device;
            import ai.djl.Model;
            import static ai.djl.Model.newInstance;

            public class Main {
              public static void main(String[] args) {
                try (Model model = Model.newInstance("mlp"); Model other = newInstance("x", "PyTorch")) {
                  model.setBlock(Model.newInstance("y", Device.cpu()).getBlock());
                }
              }
            }
            """)
        .becomes(
            """
            import ai.djl.Device;
            import ai.djl.Model; import dev.geminijava.runtime.train.GeminiModel;
            import static ai.djl.Model.newInstance;

            public class Main {
              public static void main(String[] args) {
                try (Model model = GeminiModel.of(Model.newInstance("mlp")); Model other = GeminiModel.of(newInstance("x", "PyTorch"))) {
                  model.setBlock(GeminiModel.of(Model.newInstance("y", Device.cpu())).getBlock());
                }
              }
            }
            """);
  }

  @Test
  void aModelOfAnotherKindIsNotMeant() {
    Rewriting.of(
            new WrapModels(),
            """
            class Model {
              static Model newInstance(String name) { return new Model(); }
              Object a = Model.newInstance("a"), b = new java.util.ArrayList<>(), c = Model.class;
            }
            """)
        .staysAsItIs();
  }
}
