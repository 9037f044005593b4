package dev.geminijava.tests.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.BertPretrainingLoss;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;

/** The models that are timed, with data of the right shapes. */
enum Subject implements Example {
  /** An encoder of 4 layers, hidden 512, 8 heads, batch 32, sequence 128. */
  ENCODER(32) {
    @Override
    public Block block() {
      SequentialBlock block = new SequentialBlock();
      for (int i = 0; i < 4; i++) {
        block.add(new TransformerEncoderBlock(512, 8, 2048, 0f, Activation::gelu));
      }
      return block;
    }

    @Override
    public NDList data(NDManager manager, int batch) {
      return new NDList(manager.randomNormal(new Shape(batch, 128, 512)));
    }

    @Override
    public NDList labels(NDManager manager, int batch) {
      return new NDList(manager.randomNormal(new Shape(batch, 128, 512)));
    }
  },

  /** DJL's BERT with both heads: hidden 512, 6 layers, 8 heads, batch 16, sequence 64. */
  BERT(16) {
    @Override
    public Block block() {
      return new BertPretrainingBlock(
          BertBlock.builder()
              .setTokenDictionarySize(8000)
              .optEmbeddingSize(512)
              .optTransformerBlockCount(6)
              .optAttentionHeadCount(8)
              .optHiddenSize(2048)
              .optMaxSequenceLength(64));
    }

    @Override
    public NDList data(NDManager manager, int batch) {
      Shape shape = new Shape(batch, 64);
      return new NDList(
          manager.randomInteger(0, 8000, shape, DataType.INT64),
          manager.zeros(shape, DataType.INT64),
          manager.ones(shape, DataType.INT64),
          manager.randomInteger(0, 64, new Shape(batch, 16), DataType.INT64));
    }

    @Override
    public NDList labels(NDManager manager, int batch) {
      Shape masked = new Shape(batch, 16);
      return new NDList(
          manager.randomInteger(0, 2, new Shape(batch), DataType.INT64),
          manager.randomInteger(0, 8000, masked, DataType.INT64),
          manager.ones(masked, DataType.INT64));
    }

    @Override
    public Loss loss() {
      return new BertPretrainingLoss();
    }
  };

  /** How many samples a step has. */
  final int batch;

  Subject(int batch) {
    this.batch = batch;
  }
}
