"""The protocol of OpenAI, as other programs speak it: each video, and the library, is a model."""
