"""Official scores of somebody's file of predictions, one benchmark a module."""
