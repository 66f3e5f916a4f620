"""What a block of a page reads and changes, told from its syntax tree: the work of `needs`."""
