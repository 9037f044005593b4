/** Operations of PyTorch that DJL does not offer, reached by TorchScript that is written here. */
package dev.geminijava.torch;
