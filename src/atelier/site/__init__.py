"""Both editions: built, completed, published, looked through, served.

Enters: what the other folders make. Leaves: `site/`, always whole. Begin with `build`, then
`stages` (what is made again), `publishing` (how readers get it), `serve`.
"""
