"""The server: a page, REST, an OpenAI-compatible endpoint and MCP over one library."""
