"""Writing down what is said in a video."""
