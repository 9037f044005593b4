import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.BertPretrainingLoss;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.initializer.TruncatedNormalInitializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Pretrains BERT from scratch on Java source code: it learns to guess masked words, and to tell
 * whether the second passage really follows the first.
 *
 * <p>A few steps cannot teach it Java, but they can teach it a few passages by heart: the loss
 * falls because the same small set of examples is shown again in every epoch.
 *
 * <pre>BertRunner.java [tiny|base|large] [EPOCHS] [SOURCES.jar]</pre>
 */
public final class BertRunner {

  private static final int SEQUENCE = 64;
  private static final int BATCH = 8;
  private static final int BATCHES = 2;
  private static final int MASKED = 9; // 15% of the words of a full sequence

  private BertRunner() {}

  public static void main(String[] args) throws Exception {
    String size = args.length > 0 ? args[0] : "tiny";
    int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 15;
    Path sources = args.length > 2 ? Path.of(args[2]) : sourcesBesideClassPath();

    Corpus corpus = new Corpus(sources);
    System.out.printf(
        "BERT %s, %,d words of vocabulary, %,d passages of %s%n",
        size, corpus.vocabulary.size(), corpus.passages.size(), sources.getFileName());

    BertBlock.Builder bert =
        switch (size) {
          case "tiny" -> BertBlock.builder().nano();
          case "base" -> BertBlock.builder().base();
          case "large" -> BertBlock.builder().large();
          default -> throw new IllegalArgumentException("tiny, base or large? Not " + size);
        };
    bert.setTokenDictionarySize(corpus.vocabulary.size())
        .optTypeDictionarySize(2)
        .optMaxSequenceLength(SEQUENCE);
    float learningRate = size.equals("tiny") ? 1e-3f : 1e-4f;

    TrainingConfig config =
        new DefaultTrainingConfig(new BertPretrainingLoss())
            .optInitializer(new TruncatedNormalInitializer(0.02f), Parameter.Type.WEIGHT)
            .optOptimizer(
                Adam.builder().optLearningRateTracker(Tracker.fixed(learningRate)).build())
            .addTrainingListeners(new StepPrinter(BATCHES * epochs));

    Engine.getInstance().setRandomSeed(42);
    try (Model model = Model.newInstance("bert")) {
      model.setBlock(new BertPretrainingBlock(bert));
      try (Trainer trainer = model.newTrainer(config)) {
        Shape tokens = new Shape(BATCH, SEQUENCE);
        trainer.initialize(tokens, tokens, tokens, new Shape(BATCH, MASKED));
        Dataset examples = corpus.examples(model.getNDManager(), BATCHES * BATCH);
        EasyTrain.fit(trainer, epochs, examples, null);
      }
    }
  }

  /** The first jar of sources that stands beside a jar of the class path, as Maven puts them. */
  private static Path sourcesBesideClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry.replaceFirst("\\.jar$", "-sources.jar")))
        .filter(path -> path.toString().endsWith("-sources.jar") && Files.exists(path))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Which jar of Java sources to read?"));
  }

  /** Java sources cut into passages of word ids. */
  private static final class Corpus {

    private static final int PASSAGE = (SEQUENCE - 3) / 2; // room for [CLS] a [SEP] b [SEP]
    private static final List<String> MARKS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    private static final int UNK = MARKS.indexOf("[UNK]");
    private static final int CLS = MARKS.indexOf("[CLS]");
    private static final int SEP = MARKS.indexOf("[SEP]");
    private static final int MASK = MARKS.indexOf("[MASK]");
    private static final Pattern WORD = Pattern.compile("\\w+|[^\\w\\s]");

    final Map<String, Integer> vocabulary = new HashMap<>();
    final List<int[]> passages = new ArrayList<>();
    private final Random random = new Random(42);

    Corpus(Path jar) throws IOException {
      List<List<String>> texts = new ArrayList<>();
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        List<? extends ZipEntry> files =
            zip.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
        for (ZipEntry file : files) {
          if (file.getName().endsWith(".java")) {
            byte[] bytes = zip.getInputStream(file).readAllBytes();
            cut(new String(bytes, StandardCharsets.UTF_8), texts);
          }
        }
      }

      Map<String, Integer> counts = new HashMap<>();
      texts.forEach(text -> text.forEach(word -> counts.merge(word, 1, Integer::sum)));
      MARKS.forEach(mark -> vocabulary.put(mark, vocabulary.size()));
      Comparator<Map.Entry<String, Integer>> mostFrequentFirst =
          Map.Entry.comparingByValue(Comparator.reverseOrder());
      counts.entrySet().stream()
          .sorted(mostFrequentFirst.thenComparing(Map.Entry.comparingByKey()))
          .limit(8000 - MARKS.size())
          .forEach(entry -> vocabulary.put(entry.getKey(), vocabulary.size()));
      for (List<String> text : texts) {
        passages.add(text.stream().mapToInt(word -> vocabulary.getOrDefault(word, UNK)).toArray());
      }
    }

    /** Joins lines until they all but fill a passage. */
    private static void cut(String source, List<List<String>> passages) {
      // The licence above the package line is the same in every file: nothing to learn from it.
      String text = source.substring(Math.max(0, source.indexOf("\npackage ")));
      List<String> passage = new ArrayList<>();
      for (String line : text.split("\n")) {
        WORD.matcher(line).results().map(MatchResult::group).forEach(passage::add);
        if (passage.size() >= PASSAGE - 3) {
          passages.add(passage.subList(0, Math.min(PASSAGE, passage.size())));
          passage = new ArrayList<>();
        }
      }
    }

    /** Pairs of passages, half of them consecutive, with some words masked. */
    Dataset examples(NDManager manager, int count) {
      long[][] tokens = new long[count][SEQUENCE];
      long[][] types = new long[count][SEQUENCE];
      long[][] attention = new long[count][SEQUENCE];
      long[][] positions = new long[count][];
      long[][] words = new long[count][];
      long[][] weights = new long[count][MASKED];
      long[] unrelated = new long[count];
      for (int i = 0; i < count; i++) {
        int first = random.nextInt(passages.size() - 1);
        unrelated[i] = random.nextInt(2);
        int second = unrelated[i] == 1 ? random.nextInt(passages.size()) : first + 1;

        int middle = 2 + passages.get(first).length;
        int end = middle + passages.get(second).length + 1;
        long[] row = tokens[i];
        row[0] = CLS;
        copy(passages.get(first), row, 1);
        row[middle - 1] = SEP;
        copy(passages.get(second), row, middle);
        row[end - 1] = SEP;
        Arrays.fill(types[i], middle, end, 1);
        Arrays.fill(attention[i], 0, end, 1);

        Arrays.fill(weights[i], 1);
        positions[i] =
            random
                .longs(0, end)
                .filter(at -> row[(int) at] != CLS && row[(int) at] != SEP)
                .distinct()
                .limit(MASKED)
                .toArray();
        words[i] = Arrays.stream(positions[i]).map(at -> row[(int) at]).toArray();
        for (long at : positions[i]) {
          row[(int) at] = masked(row[(int) at]);
        }
      }
      return new ArrayDataset.Builder()
          .setData(
              manager.create(tokens),
              manager.create(types),
              manager.create(attention),
              manager.create(positions))
          .optLabels(manager.create(unrelated), manager.create(words), manager.create(weights))
          .setSampling(BATCH, false)
          .build();
    }

    private static void copy(int[] passage, long[] row, int at) {
      for (int i = 0; i < passage.length; i++) {
        row[at + i] = passage[i];
      }
    }

    /** BERT's rule: eight times in ten the mask, once any word, once the word itself. */
    private long masked(long word) {
      int dice = random.nextInt(10);
      if (dice == 0) {
        return word;
      }
      return dice == 1 ? random.nextInt(MARKS.size(), vocabulary.size()) : MASK;
    }
  }

  /** Prints one line per training step: a bar, the loss and the time. */
  private static final class StepPrinter extends TrainingListenerAdapter {

    private final int steps;
    private int step;
    private long start = System.nanoTime();

    StepPrinter(int steps) {
      this.steps = steps;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, TrainingListener.BatchData batchData) {
      NDList labels = batchData.getLabels().values().iterator().next();
      NDList predictions = batchData.getPredictions().values().iterator().next();
      NDArray loss = trainer.getLoss().evaluate(labels, predictions);
      long now = System.nanoTime();
      step++;
      int done = 30 * step / steps;
      System.out.printf(
          "step %2d/%d [%s%s] loss %.4f, %.1f s%n",
          step,
          steps,
          "#".repeat(done),
          "-".repeat(30 - done),
          loss.getFloat(),
          (now - start) / 1e9);
      start = now;
    }
  }
}
