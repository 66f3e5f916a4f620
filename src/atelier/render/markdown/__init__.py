"""Python-Markdown extensions: what the pages say beyond plain Markdown."""
