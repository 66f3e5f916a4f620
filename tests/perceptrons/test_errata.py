"""The mistakes of the article that the book grew from: its code is seen to fail, ours to pass.

The page *errata* tells them one by one and names these tests. What is reproduced here is as short
as the mistake allows; mistakes that other tests of the package prove are not proved twice.
"""

import ast
import inspect
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest

import perceptrons as nn

LOSS = """
def compute_loss(y_true, y_pred, name):
    if name == 'MSE':
        loss = (y_true - y_pred)**2
    elif name == 'CE':
        loss = -(y_true * np.log(y_pred) + (1-y_true) * np.log(1-y_pred))
    return loss.mean()
"""

PERCEPTRON = """
class Perceptron:

    def __init__(self, n_inputs, n_iter=30, alpha=2e-4):
        self.n_iter = n_iter
        self.alpha  = alpha
        self.w      = np.zeros((n_iter, n_inputs+1))
        self.w[0,:] = np.random.randn(n_inputs+1)

    def predict(self, X, i=-1):
        return np.sign(X @ self.w[i,1:] + self.w[i,0])
"""

STEP = """
    def gradient_descent(self, i, {signature}):
        inputs = np.hstack((np.ones((X.shape[0], 1)), X))
        gradient_loss = -2 * np.dot(y_true - y_pred, inputs)
        self.w[i+1,:] = self.w[i, :] - self.alpha * gradient_loss
"""
AS_PRINTED, AS_MEANT = "y, y_pred", "X, y_true, y_pred"

BACKWARD = """
    def backward(self, X, y):
        m = y.shape[0]
        self.dZ2 = self.A2 - y
        self.dW2 = 1/m * np.dot(self.A1.T, self.dZ2)
        self.dA1 = np.dot(self.dZ2, self.W2.T)
        self.dZ1 = np.multiply(self.dA1, d_relu(self.Z1))
        self.dW1 = 1/m * np.dot(X.T, self.dZ1)
"""

X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 0.0], [3.0, -1.0]])


def run(code, **names):
    """Run a block of the article and return the names that it leaves."""
    namespace = {"np": np, **names}
    exec(code, namespace)
    return namespace


def perceptron(signature=AS_MEANT):
    return run(PERCEPTRON + STEP.format(signature=signature))["Perceptron"](2)


def network(n_outputs=1):
    """Our network after its forward pass, and its arrays, for the article's `backward` to use."""
    model = nn.MultiLayerPerceptron(2, 3, n_outputs, rng=np.random.default_rng(0))
    model.forward(X)
    names = "W1", "b1", "W2", "b2", "A0", "Z1", "A1", "Z2", "A2"
    return model, SimpleNamespace(**{name: getattr(model, name) for name in names})


def article_backward(**names):
    return run(textwrap.dedent(BACKWARD), **names)["backward"]


# The blocks as they are printed


def test_the_article_never_imports_numpy_and_our_block_runs_alone():
    loss = run(LOSS, np=None)["compute_loss"]
    with pytest.raises(AttributeError):  # np is nothing
        loss(np.array([1.0]), np.array([0.5]), "CE")
    alone = {}
    exec("from perceptrons import compute_loss\nvalue = compute_loss([1.0], [0.5], 'CE')", alone)
    assert alone["value"] == pytest.approx(np.log(2))


@pytest.mark.parametrize("block", [STEP.format(signature=AS_PRINTED), BACKWARD])
def test_two_blocks_of_the_article_begin_inside_a_class(block):
    with pytest.raises(IndentationError, match="unexpected indent"):
        ast.parse(block)
    ast.parse(textwrap.dedent(inspect.getsource(nn.MultiLayerPerceptron.gradient_descent)))


def test_the_article_s_step_uses_names_that_it_was_not_given():
    model = perceptron(AS_PRINTED)
    with pytest.raises(NameError, match="'X' is not defined"):
        model.gradient_descent(0, np.ones(4), np.ones(4))
    assert list(inspect.signature(nn.Adaline.gradient).parameters) == ["self", "X", "y"]


def test_d_relu_is_missing_in_the_article_and_given_here():
    with pytest.raises(NameError, match="'d_relu' is not defined"):
        article_backward()(network()[1], X, np.ones((4, 1)))
    np.testing.assert_array_equal(nn.d_relu(np.array([-1.0, 2.0])), [0.0, 1.0])


# The perceptron


def test_the_article_s_history_is_one_row_short():
    model = perceptron()
    with pytest.raises(IndexError, match="index 30 is out of bounds"):
        for i in range(30):
            model.gradient_descent(i, X, np.ones(4), model.predict(X, i))
    ours = nn.Adaline(2, n_iter=30, alpha=0.1).fit(X, [1, 1, -1, -1])
    assert len(ours.history) == 31  # the start and thirty steps


def test_the_article_answers_neither_class_before_its_last_step():
    model = perceptron()
    model.gradient_descent(0, X, np.ones(4), model.predict(X, 0))
    np.testing.assert_array_equal(model.predict(X), [0, 0, 0, 0])
    ours = nn.Perceptron(2, rng=np.random.default_rng(0))
    assert set(ours.predict(X)) <= {-1, 1}


# Losses and activations


def test_the_article_s_cross_entropy_is_nan_for_a_perfect_prediction():
    theirs = run(LOSS)["compute_loss"]
    with np.errstate(all="ignore"):
        assert np.isnan(theirs(np.array([1.0]), np.array([1.0]), "CE"))
        assert np.isinf(theirs(np.array([1.0]), np.array([0.0]), "CE"))
    assert nn.compute_loss([1.0], [1.0], "CE") == 0.0
    assert np.isfinite(nn.compute_loss([1.0], [0.0], "CE"))
    assert nn.sigmoid(37.0) == 1.0  # so that a well-trained network meets this case
    assert nn.binary_cross_entropy_from_logits([0.0, 1.0], [-1000.0, 1000.0]) == 0.0


def test_the_article_s_unknown_loss_is_an_unrelated_error():
    with pytest.raises(UnboundLocalError):
        run(LOSS)["compute_loss"](np.array([1.0]), np.array([0.5]), "mse")
    with pytest.raises(ValueError, match="expects a name among MSE, CE, got 'mse'"):
        nn.compute_loss([1.0], [0.5], "mse")


def test_the_article_s_sigmoid_overflows():
    with pytest.warns(RuntimeWarning, match="overflow"):
        1 / (1 + np.exp(-np.float64(-1000.0)))
    assert nn.sigmoid(-1000.0) == 0.0  # and no warning: here they are errors


def test_the_article_s_relu_of_minus_infinity_is_nan():
    with np.errstate(invalid="ignore"):
        z = np.array([-np.inf, -1.0])
        theirs = z * (z > 0)
    assert np.isnan(theirs[0]) and np.signbit(theirs[1])
    ours = nn.relu(np.array([-np.inf, -1.0]))
    assert ours.tolist() == [0.0, 0.0] and not np.signbit(ours).any()


# The network


def test_flat_labels_break_the_article_s_backward():
    (ours, theirs), y = network(), np.array([0.0, 1.0, 1.0, 0.0])
    assert (theirs.A2 - y).shape == (4, 4)  # silently
    with pytest.raises(ValueError, match="not aligned"):
        article_backward(d_relu=nn.d_relu)(theirs, X, y)
    for flat, column in zip(ours.backward(y), ours.backward(y[:, None]), strict=True):
        np.testing.assert_array_equal(flat, column)


def test_with_two_outputs_the_article_s_gradient_is_twice_that_of_its_loss():
    (ours, theirs), y = network(2), np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    loss = run(LOSS)["compute_loss"]  # a mean over n · 2 entries
    article_backward(d_relu=nn.d_relu)(theirs, X, y)  # 1/n alone
    slope = nn.numerical_gradient(
        lambda W2: loss(y, nn.sigmoid(theirs.A1 @ W2 + theirs.b2), "CE"), theirs.W2
    )
    np.testing.assert_allclose(theirs.dW2, 2 * slope, atol=1e-8)  # central differences: 1e-10
    gradients = ours.backward(y)
    nn.check_gradient(lambda _: ours.loss(X, y), gradients, ours.parameters())


def test_another_x_gives_the_article_a_wrong_gradient_and_ours_takes_none():
    (_, theirs), y = network(), np.array([[0.0], [1.0], [1.0], [0.0]])
    backward = article_backward(d_relu=nn.d_relu)
    backward(theirs, X, y)
    right = theirs.dW1
    backward(theirs, X + 1.0, y)
    assert np.abs(theirs.dW1 - right).max() > 0.01  # and nothing complains
    assert list(inspect.signature(nn.MultiLayerPerceptron.backward).parameters) == ["self", "y"]


# The equations


def test_the_article_s_matrices_do_not_multiply_and_ours_do():
    W1, W2 = np.ones((2 + 1, 3)), np.ones((3 + 1, 1))  # (d + 1) × m, the bias inside
    column = np.array([1.0, 0.5, -0.5])
    with pytest.raises(ValueError, match="mismatch"):
        W2 @ (W1 @ column)
    assert nn.MultiLayerPerceptron(2, 3, 1).forward(X).shape == (4, 1)


def test_softmax_needs_the_whole_row():
    p = nn.softmax(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 0.0]]))
    assert p[0, 0] != p[1, 0]  # the same z₁ = 1, another probability
    assert nn.softmax(np.array([[1000.0, 0.0]])).tolist() == [[1.0, 0.0]]
