package gemini.multimodal.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalLoss;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sample teaches, and how it judges pictures. */
class LessonsTest {

  /** Whoever draws what was asked for is believed, whoever draws something else is not. */
  @Test
  void aPictureIsOfTheFigureThatItShows() {
    Random random = new Random(3);
    for (Figure figure : Figure.all()) {
      float[] pixels = figure.pixels(random.nextDouble() - 0.5, random.nextDouble() - 0.5);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += (float) (0.1 * random.nextGaussian());
      }
      assertEquals(figure, Figure.nearest(pixels));
    }
  }

  @Test
  void theAnswerIsLearntAndNothingElse() throws Exception {
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        NDManager manager = NDManager.newBaseManager()) {
      ImageCodec codec = Models.codec();
      codec.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(Lessons.PICTURE));
      for (Task task : Task.values()) {
        Example example = Example.of(task, new Random(1));
        ArrayDataset dataset =
            new Lessons(tokenizer, codec).exercises(manager, List.of(example), 1);
        Batch batch = dataset.getData(manager).iterator().next();
        long[] ids = batch.getData().get(0).toLongArray();
        long[] labels = batch.getLabels().singletonOrThrow().toLongArray();
        int prompt = tokenizer.encode(example.prompt()).length;
        List<Long> answer = new ArrayList<>();
        for (int i = 0; i < Lessons.LENGTH; i++) {
          boolean counts = labels[i] != MultimodalLoss.IGNORED;
          assertTrue(!counts || i >= prompt - 1, task + " learns its prompt");
          if (counts) {
            answer.add(labels[i]);
            boolean last = labels[i] == tokenizer.end();
            assertTrue(last || ids[i + 1] == labels[i], task + " at " + i);
          }
        }
        long[] learnt = answer.stream().mapToLong(Long::longValue).toArray();
        Part said = tokenizer.decode(learnt).get(0);
        assertEquals(tokenizer.end(), learnt[learnt.length - 1]);
        if (task == Task.DRAW) {
          NDArray picture = manager.create(example.image(), new Shape(1).addAll(Lessons.PICTURE));
          long[] codes = codec.encode(new ParameterStore(manager, false), picture).toLongArray();
          List<Integer> expected = new ArrayList<>();
          for (long code : codes) {
            expected.add(Math.toIntExact(code));
          }
          assertEquals(new Part.Codes(expected), said);
        } else {
          assertEquals(new Part.Text(example.answer()), said);
        }
      }
    }
  }

  /** All tasks at once, a few exercises of each until they are known. */
  @Test
  void oneModelLearnsAllTasks() throws Exception {
    Engine.getInstance().setRandomSeed(1);
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        Model model = Model.newInstance("transformer")) {
      model.setBlock(Models.transformer(tokenizer));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new MultimodalLoss(tokenizer.vocabulary()))
              .optOptimizer(Adam.builder().optLearningRateTracker(Tracker.fixed(3e-3f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        NDManager manager = model.getNDManager();
        ImageCodec codec = Models.codec();
        codec.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(Lessons.PICTURE));
        List<Example> few = new ArrayList<>();
        for (Task task : Task.values()) {
          few.add(Example.of(task, new Random(1)));
          few.add(Example.of(task, new Random(2)));
        }
        trainer.initialize(Models.inputs(few.size()));
        ArrayDataset dataset = new Lessons(tokenizer, codec).exercises(manager, few, few.size());
        Batch batch = dataset.getData(manager).iterator().next();
        float first = step(trainer, batch);
        float last = first;
        for (int i = 0; i < 40; i++) {
          last = step(trainer, batch);
        }
        assertTrue(first > 4 && last < 0.3, "from " + first + " to " + last);
      }
    }
  }

  private static float step(Trainer trainer, Batch batch) {
    try (NDManager scope = trainer.getManager().newSubManager()) {
      NDList data = new NDList();
      batch.getData().forEach(array -> data.add(array.duplicate()));
      data.attach(scope);
      float loss;
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDArray value = trainer.getLoss().evaluate(batch.getLabels(), trainer.forward(data));
        collector.backward(value);
        loss = value.getFloat();
      }
      trainer.step();
      return loss;
    }
  }

  @Test
  void picturesHangInOneFile(@TempDir Path folder) throws Exception {
    Gallery gallery = new Gallery();
    Figure.all().forEach(f -> gallery.add(f.pixels(0, 0), f.pixels(0, 0)));
    Path file = folder.resolve("deeper/pictures.png");
    gallery.write(file);
    assertTrue(Files.size(file) > 1000);
  }
}
