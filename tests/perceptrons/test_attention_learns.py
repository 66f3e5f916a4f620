"""A transformer block learns to sort and to copy.

Seeds are arbitrary; the bounds leave room below what several seeds give.
"""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import perceptrons as nn


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Products this small gain nothing from threads, which only wait for each other."""
    with threadpool_limits(1):
        yield


def sorter(positions, rng, n_tokens=8, t=6, d=32):
    return nn.Sequential(
        nn.Embedding(n_tokens, d, t, positions=positions, rng=rng),
        nn.TransformerBlock(d, 4, 64, rng=rng),
        nn.LayerNorm(d),
        nn.Dense(d, n_tokens, initialise="glorot", rng=rng),
    )


def sequences(n, rng):
    """Return n different sequences of 6 tokens among 8, out of 262 144."""
    numbers = rng.choice(8**6, size=n, replace=False)
    return numbers[:, None] // 8 ** np.arange(6) % 8


def trained_share(positions, n_epochs):
    rng = np.random.default_rng(0)
    X = sequences(7000, rng)
    model = sorter(positions, rng)
    optimiser = nn.Adam(0.01)
    model.fit(
        X[:6000],
        np.sort(X[:6000], axis=1),
        n_epochs=n_epochs,
        batch_size=64,
        optimiser=optimiser,
        rng=rng,
    )
    guessed = model.predict(X[6000:])  # sequences that it has never seen
    return (guessed == np.sort(X[6000:], axis=1)).mean()


@pytest.mark.parametrize("positions", ["learned", "sinusoidal"])
def test_a_block_learns_to_sort_sequences_that_it_has_never_seen(positions):
    assert trained_share(positions, n_epochs=8) > 0.98


def test_without_positions_it_cannot_sort():
    # equal tokens get equal outputs wherever they stand: the order is out of reach
    assert trained_share("none", n_epochs=3) < 0.6


def test_a_causal_block_learns_to_copy_what_it_read():
    # tokens 1 … 5 are read, then token 0 asks four times: it must answer what was read, in order
    rng = np.random.default_rng(0)
    first = rng.integers(1, 6, size=(3000, 4))
    X = np.concatenate([first, np.zeros_like(first)], axis=1)
    y = np.concatenate([first, first], axis=1)
    model = nn.Sequential(
        nn.Embedding(6, 16, 8, rng=rng),
        nn.TransformerBlock(16, 2, 32, causal=True, rng=rng),
        nn.LayerNorm(16),
        nn.Dense(16, 6, initialise="glorot", rng=rng),
    )
    model.fit(X[:2400], y[:2400], n_epochs=10, batch_size=64, optimiser=nn.Adam(0.01), rng=rng)
    assert (model.predict(X[2400:]) == y[2400:]).mean() > 0.98
