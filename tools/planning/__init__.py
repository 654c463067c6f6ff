"""Plans the steps between a start and a goal from counted procedures, without a language model."""
