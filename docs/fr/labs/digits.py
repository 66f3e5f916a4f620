# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lire des chiffres manuscrits { #digits }
#
# - **Vous construirez** un réseau qui lit des chiffres écrits à la main, et un modèle linéaire auquel le comparer.
# - **Vous apprendrez** comment un jeu de test s'emploie et s'use, comment regarder les erreurs une à une, et jusqu'où porte un bon score.
# - **Il vous faut** les chapitres [Régression logistique et softmax](../logistic.md#softmax-regression) et [Entraîner un réseau](../training.md#loop).
#
# Cette page est un carnet (*notebook*) : chaque résultat ci-dessous a été calculé pendant la fabrication du site.
# Les liens ci-dessus en donnent les fichiers : un programme Python ordinaire, qui s'exécute tel quel, et le carnet pour Jupyter.
# Il lui faut le paquet de ce livre (`perceptrons`) et Matplotlib, rien d'autre.

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
# ## Regarder avant d'apprendre { #look }
#
# Les données sont 1797 chiffres écrits sur papier, numérisés, puis réduits à 8 × 8 pixels.
# Une ligne de `X` est une image, ses 64 pixels rangée après rangée, et `y` dit quel chiffre la personne voulait écrire.

# %%
X, y = load_digits()
print("X:", X.shape, " y:", y.shape)
print("encre de", int(X.min()), "à", int(X.max()))
print("images de chaque chiffre :", np.bincount(y))

# %% [markdown]
# Les dix chiffres sont à peu près aussi fréquents : qui donne toujours la même réponse a raison une fois sur dix.
# Voilà le score à battre, et l'exactitude (*accuracy*) est ici une mesure honnête ; si une classe prenait 99 images sur cent, elle ne le serait pas.
#
# Des nombres disent peu d'une image : regardons-en quelques-unes.


# %% alt="Vingt petites images grises de chiffres manuscrits, deux de chacun, avec leurs étiquettes. La plupart se lisent du premier coup ; quelques 9, 5 et 8 sont brouillés."
def show(ax, image, title):
    """Dessine 64 pixels comme une image, l'encre pleine en noir."""
    ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
    ax.set_title(title)
    ax.axis("off")


fig, axes = plt.subplots(4, 5, figsize=(5.4, 5.0), layout="tight")
for ax, image, digit in zip(axes.flat, X, y, strict=False):
    show(ax, image, digit)
plt.show()

# %% [markdown]
# À cette taille, certaines images feraient hésiter deux personnes, et l'on ne peut demander à un modèle plus que ce que l'image contient.
#
# ## Trois parts { #split }
#
# On juge un modèle sur des images dont il n'a rien appris ([pourquoi](../learning.md#train-test)).
# Vous aurez aussi des choix à faire, le nombre de neurones par exemple, et choisir en regardant le jeu de test, c'est en apprendre quelque chose.
# Les données sont donc coupées en trois : 60 % pour apprendre (le **jeu d'entraînement**), 20 % pour choisir (le **jeu de validation**), 20 % pour le **test** final, que l'on ne regarde qu'une fois.

# %%
rng = np.random.default_rng(0)
X_rest, X_test, y_rest, y_test = train_test_split(
    X, y, test_size=0.2, rng=rng
)
X_train, X_val, y_train, y_val = train_test_split(
    X_rest, y_rest, test_size=0.25, rng=rng
)

print("entraînement ", len(y_train), "images :", np.bincount(y_train))
print("validation   ", len(y_val), " images :", np.bincount(y_val))
print("test         ", len(y_test), " images :", np.bincount(y_test))

# %% [markdown]
# La coupe est laissée au hasard, qui ne partage pas les chiffres à égalité : le jeu de test a plus de certains chiffres que d'autres.
# Une coupe **stratifiée** partage chaque classe séparément, dans les mêmes proportions.
# Elle compte quand des classes sont rares (une classe de cinq images peut manquer tout à fait au test) ; avec environ 36 images de chaque chiffre, un tirage simple suffit.
# Le premier exercice écrit la coupe stratifiée.
#
# ## Mettre à l'échelle { #scale }
#
# L'encre va de 0 à 16.
# Avec de telles entrées, les premiers scores sont grands, les gradients aussi, et le taux d'apprentissage qui convient à une couche déséquilibre l'autre.
# Diviser par 16 amène chaque pixel entre 0 et 1.
# Cette constante vient de la fabrication des images (chaque pixel compte l'encre d'un bloc de 4 × 4) et non des données ; des moyennes et des écarts types se calculeraient sur le seul jeu d'entraînement ([standardiser](../training.md#standardise)).

# %%
X_train, X_val, X_test = X_train / 16, X_val / 16, X_test / 16
assert X_train.min() == 0 and X_train.max() == 1

# %% [markdown]
# ## D'abord un modèle linéaire { #baseline }
#
# Avant le réseau, le modèle le plus simple qui ait une chance : une [régression softmax](../logistic.md#softmax-regression), avec un poids par pixel et par classe.
# Elle vous dira ce que la couche cachée devra apporter.

# %%
linear = SoftmaxRegression(64, 10, n_iter=500, alpha=0.5)
linear.fit(X_train, y_train)

linear_val = accuracy(y_val, linear.predict(X_val))
n_parameters = linear.weights.size + linear.bias.size
print(f"modèle linéaire, {n_parameters} paramètres")
print(f"exactitude de validation {linear_val:.1%}")

# %% [markdown]
# Plus de neuf chiffres sur dix, sans aucune couche cachée.
# En commençant par le réseau, vous auriez porté à son crédit ce que savent faire dix sommes pondérées.
#
# ## Le réseau { #network }
#
# Une couche cachée de 32 neurones avec ReLU, dix sorties avec softmax.
# Le générateur `rng` tire les poids et mélange les mini-lots : avec la même graine, vous obtenez le même réseau.

# %%
model = MultiLayerPerceptron(64, 32, 10, output="softmax", rng=rng)
print("formes :", [p.shape for p in model.parameters()])
print("paramètres :", sum(p.size for p in model.parameters()))

# %% [markdown]
# Le nombre de paramètres passe de 650 à 2410.
# Avant l'entraînement, contrôlez la perte de départ : un réseau qui ne sait rien devrait donner à chaque chiffre environ une chance sur dix, et le payer d'une perte proche du logarithme de dix.

# %%
start, blind = model.loss(X_train, y_train), np.log(10)
print(f"perte de départ {start:.2f}, logarithme de dix {blind:.2f}")
assert abs(start - blind) < 0.5

# %% [markdown]
# Place à l'entraînement, par lots de 32 images : 34 pas par époque, pendant 60 époques.

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
print(f"exactitude d'entraînement  {seen:.1%}")
print(f"exactitude de validation    {unseen:.1%}")
assert unseen > linear_val

# %% [markdown]
# ## Lire les courbes { #curves }

# %% alt="Deux courbes de la perte selon l'époque, en échelle logarithmique. Toutes deux tombent vite pendant dix époques. Puis la courbe d'entraînement continue de descendre, et celle de validation s'aplatit nettement au-dessus."
fig, ax = plt.subplots(figsize=(5.4, 3.4), layout="tight")
epochs = history.epochs
ax.plot(epochs, history.loss, label="entraînement")
ax.plot(epochs, history.validation_loss, "--", label="validation")
ax.set_yscale("log")
ax.set_yticks([0.01, 0.1, 1], labels=["1/100", "1/10", "1"])
ax.set_xlabel("époque")
ax.set_ylabel("perte")
ax.legend()
plt.show()

# %% [markdown]
# Il y a trois choses à lire ici.
# Les deux courbes commencent par descendre ensemble : ce que le réseau apprend vaut aussi pour d'autres images.
# Puis la perte de validation ne bouge plus guère tandis que celle d'entraînement descend encore : dès lors, le réseau apprend ses propres images plus qu'il n'apprend les chiffres, et c'est le surapprentissage.
# Enfin, la perte de validation n'est pas remontée, ou à peine : le mal n'est pas fait ; si elle remontait nettement, vous vous arrêteriez plus tôt.
#
# ## Le test, une seule fois { #test }
#
# Les choix sont faits, le jeu de test peut s'ouvrir.
# Rien de ce qui suit ne sera réglé d'après ce nombre.

# %%
answers = model.predict(X_test)
score = accuracy(y_test, answers)
margin = 2 * np.sqrt(score * (1 - score) / len(y_test))
linear_test = accuracy(y_test, linear.predict(X_test))
print(f"modèle linéaire {linear_test:.1%}")
print(f"réseau          {score:.1%}, à {margin:.1%} près")
assert score >= 0.95

# %% [markdown]
# La marge vaut deux écarts types d'une proportion mesurée sur 360 images ([pourquoi](../learning.md#train-test)).
# L'écart entre les deux modèles tient dans cette marge : sur ce seul test, on ne peut jurer que le réseau est meilleur.
# Répéter la coupe avec d'autres graines trancherait ; un tirage heureux ne tranche rien.
#
# ## Qui est pris pour qui { #confusion }
#
# Un score ne dit pas quelles erreurs sont commises.
# Dans la **matrice de confusion**, la ligne est le vrai chiffre, la colonne la réponse ; les erreurs se tiennent hors de la diagonale.

# %% alt="Un tableau de dix lignes et dix colonnes. La diagonale porte presque toutes les images, trente ou quarante pour chaque chiffre. Les rares erreurs, colorées, sont éparses hors de la diagonale, une ou deux par case."
counts = confusion_matrix(y_test, answers, n_classes=10)
mistakes = counts - np.diag(np.diag(counts))

fig, ax = plt.subplots(figsize=(5.4, 5.2), layout="tight")
ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=6)
for true, predicted in np.argwhere(counts > 0):
    count = counts[true, predicted]
    ax.text(predicted, true, count, ha="center", va="center")
ax.set_xticks(range(10))
ax.set_yticks(range(10))
ax.set_xlabel("réponse")
ax.set_ylabel("vrai chiffre")
plt.show()

assert np.trace(counts) == np.count_nonzero(answers == y_test)

# %% [markdown]
# ## Les chiffres qu'il lit mal { #mistakes }
#
# Une poignée d'erreurs, cela se regarde une à une.
# Au-dessus de chaque image : le chiffre que la personne voulait écrire, celui que le réseau a lu, et la probabilité qu'il donne à sa réponse.

# %% alt="Les images mal lues du jeu de test, de la réponse la plus assurée à la moins assurée. Au-dessus de chacune, le vrai chiffre, une flèche vers le chiffre lu, et un pourcentage. Plusieurs sont difficiles pour l'œil aussi."
probabilities = model.predict_proba(X_test)
confidence = probabilities.max(axis=1)
wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-confidence[wrong])][:12]

fig, axes = plt.subplots(4, 3, figsize=(5.4, 7.2), layout="tight")
for ax in axes.flat:
    ax.axis("off")
for ax, i in zip(axes.flat, wrong, strict=False):
    percent = 100 * confidence[i]
    title = f"{y_test[i]} → {answers[i]} ({percent:.0f} %)"
    show(ax, 16 * X_test[i], title)
plt.show()

# %% [markdown]
# Les erreurs les plus assurées viennent en premier, et méritent qu'on s'y arrête le plus.
# Une probabilité élevée est une déclaration du réseau sur lui-même, pas une garantie.
#
# Gagnerait-on à refuser les cas douteux ?

# %%
for threshold in (0.0, 0.5, 0.8, 0.95):
    kept = confidence >= threshold
    right = accuracy(y_test[kept], answers[kept])
    share = kept.mean()
    print(
        f"sûr à {threshold:.0%} : {share:.1%} de réponses, "
        f"{right:.1%} justes"
    )

# %% [markdown]
# Oui : confier quelques images à une personne élève l'exactitude sur les autres.
#
# ## Ce que regarde un neurone caché { #hidden-neurons }
#
# Un neurone de la première couche a un poids par pixel : ses poids forment une image.
# Là où ils sont positifs (en rouge), l'encre l'excite ; là où ils sont négatifs (en bleu), l'encre le fait taire.

# %% alt="Seize images de 8 sur 8 poids, en rouge et bleu. Dans la moitié environ, quelques carrés d'un rouge vif, réunis en un trait, voisinent avec des bleus ; les autres sont pâles, proches du bruit dont ils sont partis."
fig, axes = plt.subplots(4, 4, figsize=(5.4, 5.6), layout="tight")
strength = np.abs(model.W1).max()
for neuron, ax in enumerate(axes.flat):
    weights = model.W1[:, neuron].reshape(8, 8)
    ax.imshow(weights, cmap="RdBu_r", vmin=-strength, vmax=strength)
    ax.axis("off")
plt.show()

# %% [markdown]
# Aucun neurone ne cherche un chiffre entier.
# Ceux qui ont le plus appris répondent à un trait ici et à un vide là, d'autres ont à peine quitté leur départ aléatoire ; la dernière couche additionne ces indices.
# Certains pixels du bord ne portent jamais d'encre dans le jeu d'entraînement : aucun gradient n'atteint leurs poids, qui gardent la valeur que le hasard leur a donnée.

# %%
blank = (X_train == 0).all(axis=0)
print("pixels toujours sans encre :", np.flatnonzero(blank))
model.forward(X_train)
dW1 = model.backward(y_train)[0]
assert np.all(dW1[blank] == 0)

# %% [markdown]
# ## Ce qu'il ne faut pas conclure { #limits }
#
# **« Il lit l'écriture manuscrite. »**
# Il lit des chiffres centrés, de 8 × 8 pixels.
# Décalez les images de test d'un pixel, ce qu'une personne remarque à peine :


# %%
def moved(X, step):
    """Décale les images d'un pixel, à droite (1) ou à gauche (-1)."""
    images = np.roll(X.reshape(-1, 8, 8), step, axis=2)
    if step != 0:
        images[:, :, 0 if step > 0 else -1] = 0
    return images.reshape(-1, 64)


for step in (-1, 1):
    shifted = accuracy(y_test, model.predict(moved(X_test, step)))
    print(f"décalage de {step:+d} pixel : {shifted:.0%}")
    assert shifted < 0.75

# %% [markdown]
# Le réseau n'a jamais vu de telles images, et rien en lui ne sait que des pixels voisins sont voisins.
# Les réseaux convolutifs sont construits pour le savoir.
#
# **« Il sait quand il ne sait pas. »**
# Échangez l'encre et le papier : les images ne montrent aucun chiffre qu'il ait déjà vu, et pourtant il répond, le plus souvent avec assurance.

# %%
negatives = model.predict_proba(1 - X_test)
right = accuracy(y_test, negatives.argmax(axis=1))
print(f"réponses justes sur les négatifs : {right:.0%}")
certainty = negatives.max(axis=1).mean()
print(f"probabilité moyenne de la réponse : {certainty:.0%}")

# %% [markdown]
# **« Il fera aussi bien sur mon écriture. »**
# Ces 1797 images sont la partie de test d'une collection plus grande, et viennent de 13 personnes que le fichier ne nomme pas.
# Une coupe au hasard met l'écriture de chacune des deux côtés : le réseau passe l'examen sur des écritures qu'il connaît.
# Les images qui se suivent dans le fichier semblent de la même main ; coupez donc plutôt le fichier en cinq blocs, et gardez chaque bloc à son tour pour le test.


# %%
def trained(X, y):
    """Renvoie un nouveau réseau de même forme, entraîné de même."""
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
print("bloc par bloc :", " ".join(f"{value:.0%}" for value in scores))
mean = np.mean(scores)
print(f"moyenne {mean:.1%}, contre {score:.1%} en coupant au hasard")
assert mean < score

# %% [markdown]
# La moyenne baisse, alors que chacun de ces réseaux a appris de plus d'images que le premier, et le pire bloc compte plus du triple des erreurs du premier test.
# La question honnête est toujours la même : les images que je rencontrerai seront-elles tirées de la même façon que celles de mon test ?
#
# ## Exercices { #exercises }
#
# ### Couper chaque classe de la même façon { #stratified-split }
#
# Écrivez `stratified_split(y, test_size, rng)`, qui renvoie les indices du jeu d'entraînement et ceux du jeu de test, de sorte que chaque chiffre ait la même part dans les deux, à une image près.

# %% [markdown] fold="Solution"
# Mélangez les indices de chaque classe, et prenez les premiers pour le test.


# %% fold="Solution"
def stratified_split(y, test_size, rng):
    """Renvoie les indices de deux jeux, à parts égales par classe."""
    train, test = [], []
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        n_test = round(test_size * len(members))
        test.append(members[:n_test])
        train.append(members[n_test:])
    return np.concatenate(train), np.concatenate(test)


train, test = stratified_split(y, 0.2, np.random.default_rng(0))
print("jeu de test, par chiffre :", np.bincount(y[test]))
together = np.sort(np.append(train, test))
assert np.array_equal(together, np.arange(len(y)))
gaps = np.bincount(y[test]) - 0.2 * np.bincount(y)
assert np.all(np.abs(gaps) <= 0.5)

# %% [markdown]
# ### Mélanger les pixels { #shuffled-pixels }
#
# Appliquez une seule et même permutation aux 64 pixels de toutes les images.
# Plus personne ne pourrait les lire.
# Que deviendra l'exactitude du réseau : à peu près la même, plus basse, ou une sur dix ?
# Répondez d'abord, entraînez ensuite.

# %% [markdown] fold="Solution"
# À peu près la même.
# La couche cachée est une somme sur les pixels, et une somme ne dépend pas de l'ordre de ses termes : permuter les pixels ne fait que permuter les lignes de `W1`.
# Le réseau n'a jamais su que les pixels ont des voisins, et c'est aussi pourquoi des images décalées l'égarent.

# %% fold="Solution"
order = np.random.default_rng(0).permutation(64)
scrambled = trained(X_train[:, order], y_train)
shuffled_val = accuracy(y_val, scrambled.predict(X_val[:, order]))
print(f"exactitude de validation, pixels mélangés {shuffled_val:.1%}")
assert abs(shuffled_val - history.validation_accuracy[-1]) < 0.04

# %% [markdown]
# ### Apprendre d'images décalées { #moved-images }
#
# Réparez la faiblesse vue plus haut : entraînez un réseau qui lise aussi les images décalées d'un pixel.
# Qu'en coûte-t-il sur les images restées en place ?
# Choisissez avec le jeu de validation : le jeu de test a déjà servi.

# %% [markdown] fold="Solution"
# Ajoutez au jeu d'entraînement les copies décalées à gauche et à droite, avec les mêmes étiquettes.
# Un 3 décalé reste un 3 ; retourner les images serait une autre affaire, puisqu'un 6 y devient un 9.

# %% fold="Solution"
left, right = moved(X_train, -1), moved(X_train, 1)
X_more = np.concatenate([X_train, left, right])
y_more = np.concatenate([y_train, y_train, y_train])
sturdy = trained(X_more, y_more)
for step in (-1, 0, 1):
    images = moved(X_val, step)
    before = accuracy(y_val, model.predict(images))
    after = accuracy(y_val, sturdy.predict(images))
    print(f"pas de {step:2d} : {before:.0%} avant, {after:.0%} après")
    assert after > 0.85

# %% [markdown]
# ## Sources { #sources }
#
# - E. Alpaydin et C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998, [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49), licence CC BY 4.0 : les images, et la manière dont elles ont été recueillies (43 personnes, 30 pour la partie d'entraînement et 13 pour celle de test, dont on se sert ici).
