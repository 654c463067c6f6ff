"""Questions about videos, answered by a chat model that reads their timelines."""
