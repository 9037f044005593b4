package dev.geminijava.runtime.train;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ModelState;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.translate.Translator;
import ai.djl.util.PairList;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * A DJL model whose trainer and predictor run on a mesh of devices. Block, parameters, files and
 * properties are those of the model it stands for.
 */
public final class GeminiModel implements Model {

  private final Model model;
  private final GeminiConfig config;
  private Execution execution;

  private GeminiModel(Model model, GeminiConfig config) {
    this.model = model;
    this.config = config;
  }

  /** Makes a model parallel as the environment says; what generated code calls. */
  public static Model of(Model model) {
    return of(model, GeminiConfig.fromEnvironment());
  }

  /**
   * Makes a model parallel.
   *
   * @param model any DJL model
   * @return the parallel model, or the same one if the configuration says {@code none}
   */
  public static Model of(Model model, GeminiConfig config) {
    if (config.mode() == ParallelMode.NONE || model instanceof GeminiModel) {
      return model;
    }
    ClassPathOrder.check();
    if (!model.getNDManager().getEngine().getEngineName().equals("PyTorch")) {
      throw new IllegalArgumentException(
          "the model runs on the engine "
              + model.getNDManager().getEngine().getEngineName()
              + "; only PyTorch models can be made parallel: use --mode=none for others");
    }
    return new GeminiModel(model, config);
  }

  private synchronized Execution execution() {
    if (execution == null || execution.block() != model.getBlock()) {
      execution = new Execution(model, config);
    }
    return execution;
  }

  @Override
  public Trainer newTrainer(TrainingConfig training) {
    Block block = model.getBlock();
    if (block == null) {
      throw new IllegalStateException(
          "You must set a block for the model before creating a new trainer");
    }
    Execution parallel = execution();
    if (parallel.isPlain()) {
      return model.newTrainer(training);
    }
    if (ModelState.wasLoaded(model)) {
      // As DJL's own trainers do: a loaded model comes frozen.
      block.freezeParameters(
          false,
          p ->
              p.getType() != Parameter.Type.RUNNING_MEAN
                  && p.getType() != Parameter.Type.RUNNING_VAR);
    }
    training
        .getInitializers()
        .forEach(
            pair -> {
              if (pair.getKey() != null && pair.getValue() != null) {
                block.setInitializer(pair.getKey(), pair.getValue());
              }
            });
    return new GeminiTrainer(this, training, parallel);
  }

  @Override
  public <I, O> Predictor<I, O> newPredictor(Translator<I, O> translator, Device device) {
    Execution parallel = model.getBlock() == null ? null : execution();
    return parallel == null || parallel.isPlain()
        ? model.newPredictor(translator, device)
        : new GeminiPredictor<>(this, translator, device, parallel);
  }

  @Override
  public void load(Path modelPath, String prefix, Map<String, ?> options)
      throws IOException, MalformedModelException {
    model.load(modelPath, prefix, options);
  }

  @Override
  public void load(InputStream is, Map<String, ?> options)
      throws IOException, MalformedModelException {
    model.load(is, options);
  }

  @Override
  public void save(Path modelPath, String newModelName) throws IOException {
    model.save(modelPath, newModelName);
  }

  @Override
  public Path getModelPath() {
    return model.getModelPath();
  }

  @Override
  public Block getBlock() {
    return model.getBlock();
  }

  @Override
  public void setBlock(Block block) {
    model.setBlock(block);
  }

  @Override
  public String getName() {
    return model.getName();
  }

  @Override
  public Map<String, String> getProperties() {
    return model.getProperties();
  }

  @Override
  public String getProperty(String key) {
    return model.getProperty(key);
  }

  @Override
  public void setProperty(String key, String value) {
    model.setProperty(key, value);
  }

  @Override
  public NDManager getNDManager() {
    return model.getNDManager();
  }

  @Override
  public PairList<String, Shape> describeInput() {
    return model.describeInput();
  }

  @Override
  public PairList<String, Shape> describeOutput() {
    return model.describeOutput();
  }

  @Override
  public String[] getArtifactNames() {
    return model.getArtifactNames();
  }

  @Override
  public <T> T getArtifact(String name, Function<InputStream, T> function) throws IOException {
    return model.getArtifact(name, function);
  }

  @Override
  public URL getArtifact(String name) throws IOException {
    return model.getArtifact(name);
  }

  @Override
  public InputStream getArtifactAsStream(String name) throws IOException {
    return model.getArtifactAsStream(name);
  }

  @Override
  public void setDataType(DataType dataType) {
    model.setDataType(dataType);
  }

  @Override
  public DataType getDataType() {
    return model.getDataType();
  }

  @Override
  public void cast(DataType dataType) {
    model.cast(dataType);
  }

  @Override
  public void quantize() {
    model.quantize();
  }

  @Override
  public void close() {
    model.close();
  }

  @Override
  public String toString() {
    return model.toString();
  }
}
