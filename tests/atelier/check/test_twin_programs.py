"""Which texts of a program and of a formula may be translated, and what is never different."""

import pytest

from atelier.check.tex import states_something, tokens
from atelier.check.twin_programs import difference


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("print('perte', x)", "print('loss', x)"),
        ("print('%s perte' % x)", "print('%s loss' % x)"),
        ("print('{} perte'.format(x))", "print('{} loss'.format(x))"),
        ("print(f'perte {x:.2f}')", "print(f'loss {x:.2f}')"),
        ("print('oui' if x else 'non')", "print('yes' if x else 'no')"),
        ("assert x, 'perte'", "assert x, 'loss'"),
        ("raise ValueError('perte')", "raise ValueError('loss')"),
        ("ax.set_title('perte')", "ax.set_title('loss')"),
        ("ax.plot(x, label='perte')", "ax.plot(x, label='loss')"),
        ("line = f'perte {x}'", "line = f'loss {x}'"),
        ("def f():\n    'Perte.'", "def f():\n    'Loss.'"),
        ("x = 1  # un", "# one\nx = (1)"),
    ],
)
def test_texts_that_are_read_may_be_translated(here, there):
    assert difference(here, there) is None


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("loss('MSE')", "loss('CE')"),
        ("print(loss('MSE'))", "print(loss('CE'))"),
        ("print(f'{loss(\"MSE\")}')", "print(f'{loss(\"CE\")}')"),
        ("print(f'{x:.2f}')", "print(f'{x:.3f}')"),
        ("print(f'{x}')", "print(f'{y}')"),
        ("print(d['perte'])", "print(d['loss'])"),
        ("d = {'perte': 1}", "d = {'loss': 1}"),
        ("name = 'relu'", "name = 'tanh'"),
        ("d[f'W{i}']", "d[f'V{i}']"),
        ("assert x == 'a'", "assert x == 'b'"),
        ("ax.plot(x, marker='o')", "ax.plot(x, marker='x')"),
        ("x = 1", "x = 1.0"),
        ("x = 0", "x = False"),
        ("print('a', x)", "print('b')"),
        ("f(a=1)", "f(b=1)"),
        ("import numpy as np", "import numpy as num"),
        ("x + y", "x - y"),
        ("x = 1", "x = 1\ny = 2"),
        ("def f(x): pass", "def f(x=1): pass"),
    ],
)
def test_what_means_something_to_the_program_is_equal(here, there):
    assert difference(here, there) is not None
    assert difference(there, here) is not None


def test_a_difference_tells_the_lines_of_both():
    found = difference("a = 1\n\n\nb = 2\n", "a = 1\nb = 3\n")
    assert (found.here, found.there, found.what) == (4, 2, "`2` here, `3` there")


def test_numbers_and_words_of_formulas_follow_the_language():
    assert tokens(r"0{,}5 \; \text{si } x", "fr") == tokens(r"0.5\text{ if }x", "en")
    assert tokens(r"n = 1\,797", "fr") == tokens(r"n = 1{,}797", "en")
    assert tokens(r"]0, 1[", "fr") == tokens(r"(0, 1)", "en")
    assert tokens(r"[0, 1[ .", "fr") == tokens(r"[0, 1)", "en")
    assert tokens(r"\textbf{Perte} x", "fr") == tokens(r"\textbf{Loss} x", "en")
    assert tokens(r"\alpha x", "fr") != tokens(r"\beta x", "en")
    assert tokens(r"0{,}5", "fr") != tokens(r"0{,}5", "en")  # a French comma in English


def test_only_relations_state_something():
    assert states_something(tokens(r"x \le 1", "en"))
    assert not states_something(tokens(r"\nabla L(w)", "en"))
