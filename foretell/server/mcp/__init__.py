"""MCP: what an agent may call, over standard input and output or HTTP."""
