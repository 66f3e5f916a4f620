# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Reading handwritten digits { #digits }
#
# - **You will build** a network that reads digits written by hand, and a linear model to compare it with.
# - **You will learn** how a test set is used and spent, how to look at mistakes one by one, and how much a good score proves.
# - **You need** the chapters [Logistic and softmax regression](../logistic.md#softmax-regression) and [Training a network](../training.md#loop).
#
# This page is a notebook: every result below was computed when the site was built.
# The links above give its files: a plain Python program that runs by itself, and the notebook for Jupyter.
# It needs the package of this book (`perceptrons`) and Matplotlib, nothing else.

# %%
import matplotlib.pyplot as plt
import numpy as np

from perceptrons import (
    MultiLayerPerceptron,
    SoftmaxRegression,
    accuracy,
    confusion_matrix,
    load_digits,
    train_test_split,
)

# %% [markdown]
# ## Look before you learn { #look }
#
# The data are 1797 digits that were written on paper, scanned, and reduced to 8 × 8 pixels.
# A row of `X` is one image, its 64 pixels line after line, and `y` says which digit the writer meant.

# %%
X, y = load_digits()
print("X:", X.shape, " y:", y.shape)
print("ink from", int(X.min()), "to", int(X.max()))
print("images of each digit:", np.bincount(y))

# %% [markdown]
# The ten digits are about equally frequent, so someone who always gives the same answer is right one time in ten.
# That is the score to beat, and accuracy is a fair measure here; if one class held 99 images in a hundred, it would not be.
#
# Numbers say little about images, so look at some.


# %% alt="Twenty small grey images of handwritten digits, two of each, with their labels. Most are readable at once; some 9s, 5s and 8s are blurred."
def show(ax, image, title):
    """Draw 64 pixels as an image, full ink in black."""
    ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
    ax.set_title(title)
    ax.axis("off")


fig, axes = plt.subplots(4, 5, figsize=(5.4, 5.0), layout="tight")
for ax, image, digit in zip(axes.flat, X, y, strict=False):
    show(ax, image, digit)
plt.show()

# %% [markdown]
# At this size, some images would leave two people in doubt, and no model can be asked for more than an image holds.
#
# ## Three parts { #split }
#
# A model is judged on images that it has not learned from ([why](../learning.md#train-test)).
# You will also have choices to make, such as the number of neurons, and whoever chooses by looking at the test set learns from it too.
# So the data are cut in three: 60% to learn (the **training set**), 20% to choose (the **validation set**), 20% for the final **test**, to be looked at once.

# %%
rng = np.random.default_rng(0)
X_rest, X_test, y_rest, y_test = train_test_split(
    X, y, test_size=0.2, rng=rng
)
X_train, X_val, y_train, y_val = train_test_split(
    X_rest, y_rest, test_size=0.25, rng=rng
)

print("training  ", len(y_train), "images:", np.bincount(y_train))
print("validation", len(y_val), " images:", np.bincount(y_val))
print("test      ", len(y_test), " images:", np.bincount(y_test))

# %% [markdown]
# The cut is left to chance, and chance does not share the digits out evenly: the test set has more of some digits than of others.
# A **stratified** split cuts each class separately, in the same proportions.
# It matters when classes are rare (a class with five images may be missing from the test set altogether); with some 36 images of each digit, a plain draw will do.
# The first exercise writes a stratified split.
#
# ## Scale { #scale }
#
# Ink runs from 0 to 16.
# With such inputs the first scores are large and so are the gradients, and the learning rate that suits one layer throws the other off.
# Dividing by 16 puts each pixel between 0 and 1.
# This constant comes from how the images were made (each pixel counts the ink of a 4 × 4 block) and not from the data; means and standard deviations would have to be computed on the training set alone ([standardise](../training.md#standardise)).

# %%
X_train, X_val, X_test = X_train / 16, X_val / 16, X_test / 16
assert X_train.min() == 0 and X_train.max() == 1

# %% [markdown]
# ## A linear model first { #baseline }
#
# Before the network, the simplest model that could work: a [softmax regression](../logistic.md#softmax-regression), with one weight for each pixel and each class.
# It tells you what the hidden layer will have to add.

# %%
linear = SoftmaxRegression(64, 10, n_iter=500, alpha=0.5)
linear.fit(X_train, y_train)

linear_val = accuracy(y_val, linear.predict(X_val))
n_parameters = linear.weights.size + linear.bias.size
print(f"linear model, {n_parameters} parameters")
print(f"validation accuracy {linear_val:.1%}")

# %% [markdown]
# More than nine digits in ten, without any hidden layer.
# Had you begun with the network, you would have thanked it for what ten weighted sums can do.
#
# ## The network { #network }
#
# One hidden layer of 32 neurons with ReLU, ten outputs with softmax.
# The generator `rng` draws the weights and shuffles the mini-batches: with the same seed, you get the same network.

# %%
model = MultiLayerPerceptron(64, 32, 10, output="softmax", rng=rng)
print("shapes:", [p.shape for p in model.parameters()])
print("parameters:", sum(p.size for p in model.parameters()))

# %% [markdown]
# The number of parameters goes from 650 to 2410.
# Before training, check the starting loss: a network that knows nothing should give each digit about one chance in ten, and pay for it close to the logarithm of ten.

# %%
start, blind = model.loss(X_train, y_train), np.log(10)
print(f"starting loss {start:.2f}, logarithm of ten {blind:.2f}")
assert abs(start - blind) < 0.5

# %% [markdown]
# Now train, with batches of 32 images: 34 steps per epoch, for 60 epochs.

# %%
model.fit(
    X_train,
    y_train,
    n_epochs=60,
    alpha=0.1,
    batch_size=32,
    rng=rng,
    validation=(X_val, y_val),
)
history = model.history
seen, unseen = history.accuracy[-1], history.validation_accuracy[-1]
print(f"training accuracy   {seen:.1%}")
print(f"validation accuracy {unseen:.1%}")
assert unseen > linear_val

# %% [markdown]
# ## Read the curves { #curves }

# %% alt="Two curves of the loss against the epoch, on a logarithmic scale. Both fall steeply during ten epochs. Then the training curve goes on falling, while the validation curve flattens out well above it."
fig, ax = plt.subplots(figsize=(5.4, 3.4), layout="tight")
epochs = history.epochs
ax.plot(epochs, history.loss, label="training")
ax.plot(epochs, history.validation_loss, "--", label="validation")
ax.set_yscale("log")
ax.set_yticks([0.01, 0.1, 1], labels=["1/100", "1/10", "1"])
ax.set_xlabel("epoch")
ax.set_ylabel("loss")
ax.legend()
plt.show()

# %% [markdown]
# Three things to read here.
# Both curves start by falling together: what the network learns holds for other images too.
# Then the validation loss hardly moves while the training loss goes on falling: from there on, the network learns its own images more than it learns digits, and this is overfitting.
# Last, the validation loss did not rise again, or hardly, so no harm is done; if it clearly rose, you would stop earlier.
#
# ## The test, once { #test }
#
# The choices are made, and the test set may be opened.
# Nothing below will be tuned after seeing this number.

# %%
answers = model.predict(X_test)
score = accuracy(y_test, answers)
margin = 2 * np.sqrt(score * (1 - score) / len(y_test))
linear_test = accuracy(y_test, linear.predict(X_test))
print(f"linear model  {linear_test:.1%}")
print(f"network       {score:.1%}, give or take {margin:.1%}")
assert score >= 0.95

# %% [markdown]
# The margin is two standard deviations of a share measured on 360 images ([why](../learning.md#train-test)).
# The gap between the two models lies within it: on this test alone, you cannot claim that the network is better.
# Repeating the split with other seeds would settle it; one lucky draw does not.
#
# ## Who is taken for whom { #confusion }
#
# A score does not say which mistakes are made.
# In the **confusion matrix**, the row is the true digit, the column the answer; mistakes stand off the diagonal.

# %% alt="A ten by ten table. The diagonal holds almost all the images, some thirty or forty for each digit. The few mistakes, shaded, stand scattered off the diagonal, one or two in a cell."
counts = confusion_matrix(y_test, answers, n_classes=10)
mistakes = counts - np.diag(np.diag(counts))

fig, ax = plt.subplots(figsize=(5.4, 5.2), layout="tight")
ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=6)
for true, predicted in np.argwhere(counts > 0):
    count = counts[true, predicted]
    ax.text(predicted, true, count, ha="center", va="center")
ax.set_xticks(range(10))
ax.set_yticks(range(10))
ax.set_xlabel("answer")
ax.set_ylabel("true digit")
plt.show()

assert np.trace(counts) == np.count_nonzero(answers == y_test)

# %% [markdown]
# ## The digits it gets wrong { #mistakes }
#
# A handful of mistakes can be looked at one by one.
# Above each image: what the writer meant, what the network read, and the probability that it gave to its answer.

# %% alt="The misread images of the test set, from the surest answer to the least sure. Above each, the true digit, an arrow to the digit that was read, and a percentage. Several are hard for the eye too."
probabilities = model.predict_proba(X_test)
confidence = probabilities.max(axis=1)
wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-confidence[wrong])][:12]

fig, axes = plt.subplots(4, 3, figsize=(5.4, 7.2), layout="tight")
for ax in axes.flat:
    ax.axis("off")
for ax, i in zip(axes.flat, wrong, strict=False):
    percent = 100 * confidence[i]
    title = f"{y_test[i]} → {answers[i]} ({percent:.0f}%)"
    show(ax, 16 * X_test[i], title)
plt.show()

# %% [markdown]
# The surest mistakes come first, and they deserve the longest look.
# A high probability is a statement of the network about itself, not a guarantee.
#
# Would it help to refuse the doubtful cases?

# %%
for threshold in (0.0, 0.5, 0.8, 0.95):
    kept = confidence >= threshold
    right = accuracy(y_test[kept], answers[kept])
    share = kept.mean()
    print(
        f"sure to {threshold:.0%}: {share:.1%} answered, "
        f"{right:.1%} right"
    )

# %% [markdown]
# It does: handing some of the images over to a person raises the accuracy on the rest.
#
# ## What a hidden neuron looks at { #hidden-neurons }
#
# A neuron of the first layer has one weight for each pixel, so its weights are an image.
# Where they are positive (red), ink excites it; where they are negative (blue), ink silences it.

# %% alt="Sixteen images of 8 by 8 weights, red and blue. In about half of them a few strong red squares, joined into a stroke, stand beside blue ones; the others are pale, close to the noise from which they started."
fig, axes = plt.subplots(4, 4, figsize=(5.4, 5.6), layout="tight")
strength = np.abs(model.W1).max()
for neuron, ax in enumerate(axes.flat):
    weights = model.W1[:, neuron].reshape(8, 8)
    ax.imshow(weights, cmap="RdBu_r", vmin=-strength, vmax=strength)
    ax.axis("off")
plt.show()

# %% [markdown]
# No neuron looks for a whole digit.
# Those that learned most answer to a stroke here and a gap there, others have hardly left their random start; the last layer adds up such clues.
# Some pixels at the edge never hold any ink in the training set: no gradient reaches their weights, which keep the values that chance gave them.

# %%
blank = (X_train == 0).all(axis=0)
print("pixels that never hold ink:", np.flatnonzero(blank))
model.forward(X_train)
dW1 = model.backward(y_train)[0]
assert np.all(dW1[blank] == 0)

# %% [markdown]
# ## What you must not conclude { #limits }
#
# **“It reads handwriting.”**
# It reads centred digits of 8 × 8 pixels.
# Move the test images by one pixel, which a person hardly notices:


# %%
def moved(X, step):
    """Move images by one pixel, to the right (1) or the left (-1)."""
    images = np.roll(X.reshape(-1, 8, 8), step, axis=2)
    if step != 0:
        images[:, :, 0 if step > 0 else -1] = 0
    return images.reshape(-1, 64)


for step in (-1, 1):
    shifted = accuracy(y_test, model.predict(moved(X_test, step)))
    print(f"moved by {step:+d} pixel: {shifted:.0%}")
    assert shifted < 0.75

# %% [markdown]
# The network never saw such images, and nothing in it knows that neighbouring pixels are neighbours.
# Convolutional networks are built to know it.
#
# **“It knows when it does not know.”**
# Swap ink and paper: the images show no digit it has ever seen, and still it answers, most often with confidence.

# %%
negatives = model.predict_proba(1 - X_test)
right = accuracy(y_test, negatives.argmax(axis=1))
print(f"right on negatives: {right:.0%}")
certainty = negatives.max(axis=1).mean()
print(f"mean probability of the answer: {certainty:.0%}")

# %% [markdown]
# **“It will do as well on my handwriting.”**
# These 1797 images are the test part of a larger collection, and they come from 13 people, whom the file does not name.
# A random cut puts the handwriting of each of them on both sides: the network is examined on writers whom it knows.
# Images that follow each other in the file look like the work of one hand, so cut the file into five blocks instead, and keep each block in turn for the test.


# %%
def trained(X, y):
    """Return a new network of the same shape, trained alike."""
    rng = np.random.default_rng(0)
    network = MultiLayerPerceptron(
        64, 32, 10, output="softmax", rng=rng
    )
    return network.fit(
        X, y, n_epochs=60, alpha=0.1, batch_size=32, rng=rng
    )


blocks = np.arange(len(X)) * 5 // len(X)
scores = []
for block in range(5):
    inside = blocks == block
    other = trained(X[~inside] / 16, y[~inside])
    scores.append(accuracy(y[inside], other.predict(X[inside] / 16)))
print("block by block:", " ".join(f"{value:.0%}" for value in scores))
mean = np.mean(scores)
print(f"mean {mean:.1%}, against {score:.1%} with a random cut")
assert mean < score

# %% [markdown]
# The mean falls, although each of these networks learned from more images than the first one did, and on the worst block the network makes more than three times as many mistakes as on the first test.
# The honest question is always: will the images I meet later be drawn in the same way as those of my test?
#
# ## Exercises { #exercises }
#
# ### Cut each class in the same way { #stratified-split }
#
# Write `stratified_split(y, test_size, rng)`, which returns the indices of the training set and of the test set, such that each digit has the same share in both, to within one image.

# %% [markdown] fold="Solution"
# Shuffle the indices of each class, and take the first ones for the test.


# %% fold="Solution"
def stratified_split(y, test_size, rng):
    """Return indices of two sets with equal shares of each class."""
    train, test = [], []
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        n_test = round(test_size * len(members))
        test.append(members[:n_test])
        train.append(members[n_test:])
    return np.concatenate(train), np.concatenate(test)


train, test = stratified_split(y, 0.2, np.random.default_rng(0))
print("test set, of each digit:", np.bincount(y[test]))
together = np.sort(np.append(train, test))
assert np.array_equal(together, np.arange(len(y)))
gaps = np.bincount(y[test]) - 0.2 * np.bincount(y)
assert np.all(np.abs(gaps) <= 0.5)

# %% [markdown]
# ### Shuffle the pixels { #shuffled-pixels }
#
# Apply one and the same permutation to the 64 pixels of all images.
# No person could read them any more.
# What will the accuracy of the network be: about the same, lower, or one in ten?
# Answer first, then train.

# %% [markdown] fold="Solution"
# About the same.
# The hidden layer is a sum over pixels, and a sum does not depend on the order of its terms: permuting the pixels only permutes the rows of `W1`.
# The network never knew that pixels have neighbours, which is also why moved images confuse it.

# %% fold="Solution"
order = np.random.default_rng(0).permutation(64)
scrambled = trained(X_train[:, order], y_train)
shuffled_val = accuracy(y_val, scrambled.predict(X_val[:, order]))
print(f"validation accuracy with shuffled pixels {shuffled_val:.1%}")
assert abs(shuffled_val - history.validation_accuracy[-1]) < 0.04

# %% [markdown]
# ### Learn from moved images { #moved-images }
#
# Repair the weakness seen above: train a network that also reads images moved by one pixel.
# What does it cost on the images that stay in place?
# Choose with the validation set: the test set has been spent.

# %% [markdown] fold="Solution"
# Add to the training set the copies moved to the left and to the right, with the same labels.
# A moved 3 is still a 3; turning images upside down would be another matter, since it makes 9s out of 6s.

# %% fold="Solution"
left, right = moved(X_train, -1), moved(X_train, 1)
X_more = np.concatenate([X_train, left, right])
y_more = np.concatenate([y_train, y_train, y_train])
sturdy = trained(X_more, y_more)
for step in (-1, 0, 1):
    images = moved(X_val, step)
    before = accuracy(y_val, model.predict(images))
    after = accuracy(y_val, sturdy.predict(images))
    print(f"step {step:2d}: {before:.0%} before, {after:.0%} after")
    assert after > 0.85

# %% [markdown]
# ## Sources { #sources }
#
# - E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998, [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49), licence CC BY 4.0: the images, and how they were collected (43 writers, 30 for the training part and 13 for the test part, which is used here).
