"""One module for each job that an agent does."""
