"""A stack of layers over time and misused: what it remembers, copies, refuses."""

import copy
import pickle

import numpy as np
import pytest

import perceptrons as nn

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def stack(n_in=2, m=2, seed=0, **options):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Dense(n_in, 4, rng=rng), nn.Activation("relu"), nn.Dense(4, m, rng=rng), **options
    )


@pytest.mark.parametrize(
    "between",
    [
        lambda model: model.predict(XOR[0]),
        lambda model: model.predict_proba(XOR[0]),
        lambda model: model.loss(*XOR),
        lambda model: model.fit(*XOR, n_epochs=1),
        lambda model: model.fit(*XOR, n_epochs=1, optimiser=nn.Adam()),
        lambda model: (model.backward(XOR[1]), model.gradient_descent(0.1)),
        lambda model: model.weights_changed(),
    ],
)
def test_backward_wants_a_forward_of_these_weights_that_the_layers_remember(between):
    model = stack()
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        model.backward(XOR[1])
    model.forward(XOR[0])
    model.backward(XOR[1])
    between(model)
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        model.backward(XOR[1])


def test_a_step_before_backward_is_an_error():
    model = stack()
    model.forward(XOR[0])
    with pytest.raises(RuntimeError, match=r"expects backward\(grad\) first"):
        model.gradient_descent(0.1)


@pytest.mark.parametrize(("l2", "found"), [(0.0, "shorter"), (0.5, "longer")])
def test_a_layer_that_forgets_a_gradient_is_an_error(l2, found):
    class Forgetful(nn.Dense):
        def gradients(self):
            return super().gradients()[:1]

    model = nn.Sequential(Forgetful(2, 2), l2=l2)
    model.forward(XOR[0])
    with pytest.raises(ValueError, match=f"argument 2 is {found}"):
        model.backward(XOR[1])
        model.gradient_descent(0.1)


def test_a_step_moves_each_parameter_against_its_gradient():
    model = stack(l2=0.5)
    model.forward(XOR[0])
    gradients, before = model.backward(XOR[1]), [p.copy() for p in model.parameters()]
    model.gradient_descent(0.25)
    for p, p0, g in zip(model.parameters(), before, gradients, strict=True):
        np.testing.assert_array_equal(p, p0 - 0.25 * g)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_trains_alike_and_apart(copied):
    model = stack().fit(*XOR, n_epochs=3)
    other = copied(model)
    kept = model.layers[0].W.copy()
    other.fit(*XOR, n_epochs=3)
    np.testing.assert_array_equal(model.layers[0].W, kept)
    model.fit(*XOR, n_epochs=3)
    np.testing.assert_array_equal(model.layers[0].W, other.layers[0].W)


def test_a_training_that_is_interrupted_goes_on_as_if_it_had_not_been():
    X, y = nn.make_moons(60, rng=np.random.default_rng(0))
    whole, parts, optimiser = stack(), stack(), nn.Adam(0.01)
    whole.fit(X, y, n_epochs=10, optimiser=nn.Adam(0.01))
    parts.fit(X, y, n_epochs=4, optimiser=optimiser)
    saved = pickle.dumps(([p.copy() for p in parts.parameters()], optimiser.state()))
    weights, state = pickle.loads(saved)
    later, optimiser = stack(seed=9), nn.Adam(0.01)
    for parameter, weight in zip(later.parameters(), weights, strict=True):
        parameter[...] = weight
    optimiser.load_state(state)
    later.fit(X, y, n_epochs=6, optimiser=optimiser)
    for a, b in zip(later.parameters(), whole.parameters(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda: nn.Sequential(), "at least one layer, got none"),
        (lambda: nn.Sequential(nn.Dense(2, 2), nn.relu), "layers, got function"),
        (lambda: nn.Sequential(nn.Dense), "layers, got ABCMeta"),
        (lambda: stack(loss="mse"), "loss among cross_entropy, .*got 'mse'"),
        (lambda: stack(l2=-1.0), "l2 ≥ 0 .*got -1.0"),
    ],
)
def test_bad_architectures_are_refused_in_words(make, got):
    with pytest.raises(ValueError, match=f"^Sequential expects {got}"):
        make()


@pytest.mark.parametrize(
    ("loss", "m", "y", "got"),
    [
        ("cross_entropy", 2, [0, 1, 2, 0], "below n_classes=2, got 2"),
        ("cross_entropy", 2, [0, 1], r"y of shape \(4,\) or \(4, 2\), got \(2,\)"),
        ("cross_entropy", 2, [0, 1, 1, 0, 1], r"y of shape \(4,\) or \(4, 2\), got \(5,\)"),
        ("cross_entropy", 2, [[0.5, 0.4]] * 4, "sum to 1"),
        ("cross_entropy", 2, [0, 1, 0.5, 0], "classes 0, 1, 2 …, got 0.5"),
        ("cross_entropy", 1, [0, 0, 0, 0], "2 or more scores for cross_entropy, got 1"),
        ("binary_cross_entropy", 2, [0, 1, 1, 0], r"y of shape \(4, 2\), got \(4,\)"),
        ("binary_cross_entropy", 1, [0, 1], r"y of shape \(4,\) or \(4, 1\), got \(2,\)"),
        ("binary_cross_entropy", 1, [0, 1, 2, 0], r"y in \[0, 1\], got 2"),
        ("binary_cross_entropy", 1, [0, 1, np.nan, 0], "NaN"),
        ("mean_squared_error", 2, [0, 1, 1, 0], r"y of shape \(4, 2\), got \(4,\)"),
        ("mean_squared_error", 1, ["a", "b", "c", "d"], "real numbers"),
        ("mean_squared_error", 1, [0, np.inf, 0, 0], "finite"),
        ("mean_squared_error", 1, [], r"got \(0,\)"),
    ],
)
def test_bad_targets_are_refused_in_words(loss, m, y, got):
    model = stack(m=m, loss=loss)
    for use in (model.loss, model.fit):
        with pytest.raises(ValueError, match=f"expects .*{got}"):
            use(XOR[0], y)


@pytest.mark.parametrize(
    ("X", "got"),
    [
        ([[1.0]], r"Dense expects X of shape \(n, 2\).*got \(1, 1\)"),
        ([1.0, 2.0], r"Dense expects X of shape \(n, 2\).*got \(2,\)"),
        ([[1.0, np.nan]], r"Sequential expects X .*NaN at index \(0, 1\)"),
        ([[1.0, -np.inf]], "Sequential expects X to be finite"),
        (np.empty((0, 2)), "Sequential expects X .*at least one value"),
    ],
)
def test_bad_samples_are_refused_in_words(X, got):
    model = stack()
    for use in (model.forward, model.predict, model.predict_proba, lambda X: model.fit(X, [0])):
        with pytest.raises(ValueError, match=got):
            use(X)


def test_layers_that_do_not_fit_together_name_the_one_that_complains():
    model = nn.Sequential(nn.Dense(2, 3), nn.Activation("relu"), nn.Dense(4, 2))
    with pytest.raises(ValueError, match=r"^Dense expects X of shape \(n, 4\).*got \(4, 3\)"):
        model.fit(*XOR)


def test_the_labels_that_a_sequence_wants_are_told():
    with pytest.raises(ValueError, match=r"y of shape \(5, 3\) or \(5, 3, 2\), got \(5,\)"):
        stack().loss(np.ones((5, 3, 2)), [0, 1, 0, 1, 0])


def test_scores_are_counted_and_not_the_positions_that_have_them():
    with pytest.raises(ValueError, match="2 or more scores for cross_entropy, got 1"):
        stack(m=1).forward(np.ones((5, 3, 2)))
    assert stack(m=2).forward(np.ones((5, 1, 2))).shape == (5, 1, 2)


def test_misuse_of_answers_is_refused_in_words():
    with pytest.raises(ValueError, match="a cross-entropy loss, got mean_squared_error"):
        stack(loss="mean_squared_error").predict_proba(XOR[0])
    for threshold in (0.1, 0.9):
        with pytest.raises(ValueError, match="no threshold with cross_entropy"):
            stack().predict(XOR[0], threshold=threshold)
    with pytest.raises(ValueError, match="threshold in"):
        stack(m=1, loss="binary_cross_entropy").predict(XOR[0], threshold=2.0)
    with pytest.raises(ValueError, match=r"alpha .*got nan"):
        stack().gradient_descent(np.nan)


def test_a_threshold_moves_the_border():
    model = stack(m=1, loss="binary_cross_entropy")
    p = model.predict_proba(XOR[0])[:, 0]
    np.testing.assert_array_equal(model.predict(XOR[0], threshold=0.8), p >= 0.8)
    np.testing.assert_array_equal(model.predict(XOR[0], threshold=0.0), np.ones(4))


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "mean_squared_error"])
def test_values_too_large_to_multiply_are_refused_without_a_warning(loss):
    model = stack(loss=loss)
    model.layers[0].W = np.full((2, 4), 10.0)
    with pytest.raises(ValueError, match=r"Sequential expects the scores|NaN"):
        model.forward([[1e308, 1e308]] * 2)
    with pytest.raises(ValueError, match=r"fit expects the loss to stay finite.*alpha=1e\+200"):
        stack(loss=loss).fit(XOR[0], [[1, 0]] * 4, n_epochs=50, alpha=1e200)


def test_gradients_beyond_the_largest_float_are_refused():
    layer = nn.Dense(1, 1)
    layer.W = [[1.0]]
    model = nn.Sequential(layer, loss="mean_squared_error")
    model.forward([[1e200]])
    with pytest.raises(ValueError, match="backward expects the gradients to be finite, got inf"):
        model.backward([0.0])


def test_weights_whose_squares_are_too_large_cost_nothing_without_a_penalty():
    layer = nn.Dense(1, 1)
    layer.W = [[1e200]]
    model = nn.Sequential(layer, loss="mean_squared_error")
    assert model.loss([[1e-200]], [0.0]) == pytest.approx(1.0)
