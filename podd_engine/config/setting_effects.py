"""What every setting does to the result, to time and to memory; imports no torch.

Each says only what the code does, or what METHOD.md and the publications say of the method.
"""

from typing import NamedTuple


class SettingEffects(NamedTuple):
    """What changing one setting changes, a sentence or two each.

    Args:
        result: the poster, and how well it teaches.
        time: of outer steps, evaluations and what comes before them.
        memory: while the run goes on, and on disk where that is what grows.
    """

    result: str
    time: str
    memory: str


NO_EFFECT = "No effect."
_NEGLIGIBLE = "Hardly any."

SETTING_EFFECTS: dict[str, SettingEffects] = {
    "name": SettingEffects("No effect; new runs are named after it.", NO_EFFECT, NO_EFFECT),
    "summary": SettingEffects("No effect; it is kept with the run.", NO_EFFECT, NO_EFFECT),
    "seed": SettingEffects(
        "Another seed gives another poster of about the same worth. The same seed and settings on the "
        "same CPU repeat a run exactly.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "dataset.name": SettingEffects(
        "What the poster teaches. Choosing a dataset here keeps the other settings; the Data place brings "
        "those made for it.",
        "Reading and preprocessing take time once; after that they come from the cache. Larger sets take "
        "longer to be measured on.",
        "All prepared images are held in memory, on a GPU in its own.",
    ),
    "dataset.path": SettingEffects(
        "The images in this folder are distilled; it must hold the classes of the dataset.",
        "Another folder is read and preprocessed once, then cached.",
        "Grows with the number of images there.",
    ),
    "dataset.image_size": SettingEffects(
        "More detail to learn from, but a poster of as many pixels then stands for fewer images per class.",
        "Grows with its square, in training and in measuring.",
        "Grows with its square; a whitening matrix with its fourth power.",
    ),
    "dataset.held_out": SettingEffects(
        "A larger share is a surer test accuracy, and leaves fewer images to distill.",
        "Measuring takes longer with more test images.",
        "No effect; all images are held either way.",
    ),
    "dataset.preprocessing": SettingEffects(
        "Whitening takes apart what neighboring pixels share, as published for photographs; the "
        "digits learn several times faster without.",
        "Whitening is computed once and cached; steps take the same time.",
        "Whitening needs a matrix of the squared number of values in an image; it travels in the bundle.",
    ),
    "poster.width": SettingEffects(
        "More pixels hold more: the budget, in images per class, grows with it.",
        "Hardly any by itself: a step trains on patches, however large the poster. Larger posters need "
        "more patches and steps.",
        "Small: the poster and two moments of each of its pixels. Snapshots on disk grow with it.",
    ),
    "poster.height": SettingEffects(
        "More pixels hold more: the budget, in images per class, grows with it.",
        "Hardly any by itself: a step trains on patches, however large the poster. Larger posters need "
        "more patches and steps.",
        "Small: the poster and two moments of each of its pixels. Snapshots on disk grow with it.",
    ),
    "poster.class_columns": SettingEffects(
        "Which classes are neighbors, and share the patches between them. Columns × rows must be the "
        "number of classes.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "poster.class_rows": SettingEffects(
        "Which classes are neighbors, and share the patches between them. Columns × rows must be the "
        "number of classes.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "poster.class_width": SettingEffects(
        "How wide a class reaches on the poster as it starts, and how many patches its fixed label counts "
        "in. Wider regions overlap more.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "poster.class_height": SettingEffects(
        "How high a class reaches on the poster as it starts, and how many patches its fixed label counts "
        "in. Higher regions overlap more.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "patches.columns": SettingEffects(
        "More patches overlap more: networks see more different images cut from the same pixels.",
        "Hardly any: an inner step draws only some of them.",
        "Small: every patch is cut once per outer step, with its label.",
    ),
    "patches.rows": SettingEffects(
        "More patches overlap more: networks see more different images cut from the same pixels.",
        "Hardly any: an inner step draws only some of them.",
        "Small: every patch is cut once per outer step, with its label.",
    ),
    "labels.kind": SettingEffects(
        "Fixed labels follow the class regions. Learned ones start there and are trained with the poster, "
        "as published for 100 classes and more.",
        _NEGLIGIBLE,
        "Small: learned labels have two moments a value, as the pixels have.",
    ),
    "labels.rule": SettingEffects(
        "Softmax makes labels nearly one-hot, as published; area lets a patch between two classes "
        "teach both. Learned labels do not ask for it.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "labels.budget": SettingEffects(
        "More vectors let labels differ in more places; they count as part of what is distilled. "
        "Fixed labels do not ask for it.",
        _NEGLIGIBLE,
        "Small: classes × budget vectors of one value a class.",
    ),
    "labels.cover_all": SettingEffects(
        "Off, rounding can leave classes without a cell, so that they start with no label, as published. "
        "On, every class has one.",
        NO_EFFECT,
        "Small: a few more class vectors.",
    ),
    "labels.learning_rate": SettingEffects(
        "How far labels move in an outer step. Too large, and they jump; too small, and they stay as they "
        "start. Fixed labels do not ask for it.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "order.source": SettingEffects(
        "Classes that are close by this measure lie side by side, and share patches. Word meanings serve "
        "classes with names, looks serve those without.",
        "Before the first step only; CLIP reads every class name and takes longest.",
        "CLIP's weights are held while it reads the names; the others take little.",
    ),
    "order.file": SettingEffects(
        "With distances of your own, you say which classes belong side by side.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "order.refine": SettingEffects(
        "Neighbors on the poster are at most as far apart as without, mostly closer. Off is the published "
        "order.",
        "A second or two before the first step, for hundreds of classes.",
        NO_EFFECT,
    ),
    "order.grid": SettingEffects(
        "Every class lies where you put it; no order is computed.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "network.name": SettingEffects(
        "The poster is made for networks of this kind, and measured with them; how well others learn from "
        "it, podd evaluate --arch tells.",
        "Grows with the size of the network: steps and evaluations train it again and again.",
        "Grows with the size of the network; one with batch norm cannot take its patches in parts.",
    ),
    "network.width": SettingEffects(
        "Wider networks can learn more from the same poster. Published: 128.",
        "Grows with it, and up to its square from the second block on.",
        "Activations grow with it, parameters up to its square.",
    ),
    "network.depth": SettingEffects(
        "Deeper networks see more of an image at once, but each block halves it: small images leave nothing "
        "to halve. Only for ConvNets of free depth.",
        "Each further block adds less than the one before, as its image is a quarter.",
        "Each further block adds less than the one before.",
    ),
    "inner.optimizer": SettingEffects(
        "Adam is the published choice; SGD usually needs a larger step size to learn as much.",
        _NEGLIGIBLE,
        NO_EFFECT,
    ),
    "inner.learning_rate": SettingEffects(
        "How fast networks learn from the poster. Too small, and they learn little within the window; too "
        "large, and the run fails because its loss is no number.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "inner.momentum": SettingEffects(
        "How much of its last direction SGD keeps; larger is smoother and slower to turn. Adam does not "
        "ask for it.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "inner.weight_decay": SettingEffects(
        "Pulls parameters toward 0, so that networks follow single patches less. Published: 0.",
        _NEGLIGIBLE,
        NO_EFFECT,
    ),
    "inner.patch_batch": SettingEffects(
        "More patches make a step of the network steadier. At most as many as there are.",
        "An inner step grows with it: double the patches, about double the time.",
        "On a GPU it grows with it; on a CPU patches are taken in parts, so hardly.",
    ),
    "outer.steps": SettingEffects(
        "The poster gets better with every step, fast at first and slower later: CIFAR-10 at 0.9 images per "
        "class had about 30 % after 100, 51.5 % after 1 500.",
        "Grows with it: double the steps, double the time.",
        "No effect; on disk at most 64 snapshots are kept.",
    ),
    "outer.learning_rate": SettingEffects(
        "How far the poster moves in a step. Larger learns faster until it becomes unsteady; the loss "
        "then jumps or rises.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.schedule": SettingEffects(
        "Cosine falls to 0 at the last step and lets the poster settle; constant is the published course, "
        "and best where the number of steps is open.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.warmup_steps": SettingEffects(
        "Small first steps, while the averages of Adam and of clipping are not settled yet.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.real_batch": SettingEffects(
        "More real images make the gradient steadier. With it a pass over the data takes fewer outer steps.",
        "Grows with it, once an outer step, at the end of the window.",
        "On a GPU it grows with it, unless real images are taken in parts; on a CPU they always are.",
    ),
    "outer.clip_factor": SettingEffects(
        "Smaller cuts more of the rare huge gradients that throw a poster back; too small slows every step. "
        "Published: 2.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.clip_decay": SettingEffects(
        "Nearer to 1, the clip level follows the gradient more slowly. Published: 0.9.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "truncation.kind": SettingEffects(
        "Random is RaT-BPTT: every stage of the training is seen. Backward and forward walk through it as "
        "the loss stalls; growing always starts at the beginning.",
        "Growing differentiates more steps, so it takes longest; of the others, those that lie early are "
        "the fastest.",
        "Growing has longer windows, and what they take.",
    ),
    "truncation.window": SettingEffects(
        "A longer window tells more truly how a pixel changes what the network has learned in the end.",
        "Grows with it: a differentiated step takes several times as long as a plain one.",
        "Parameters, moments and gradient of each step, and the activations of steps that are kept: "
        "see the meta-gradient under Computing.",
    ),
    "truncation.total": SettingEffects(
        "The longer networks train, the later a window may lie: the poster then also serves networks that "
        "have learned for long.",
        "Grows with the plain steps before the window, on average half of total less window.",
        "No effect; for growing, the longest window.",
    ),
    "truncation.minimum": SettingEffects(
        "Above 0, the very first steps of a network are never differentiated.",
        "Grows with it a little: more plain steps before the window.",
        NO_EFFECT,
    ),
    "truncation.redraw": SettingEffects(
        "Step gives every outer step a window of its own; pass keeps one for a whole pass over the real "
        "data, as published.",
        "The same on average.",
        "The same; with growing, that of the longest window.",
    ),
    "truncation.patience": SettingEffects(
        "How long a stalled loss is borne before the window moves on. Random and growing do not ask for it.",
        "Moving changes how many plain steps there are.",
        NO_EFFECT,
    ),
    "augmentation.patches": SettingEffects(
        "Networks learn to overlook what is changed: flip, rotate, scale, crop, color, cutout. Take none "
        "that changes the class: a mirrored digit is another character.",
        _NEGLIGIBLE,
        "Hardly any: one more batch of patches.",
    ),
    "augmentation.real": SettingEffects(
        "The poster is judged on changed real images too, and serves networks that meet such. Take none "
        "that changes the class.",
        _NEGLIGIBLE,
        "Hardly any: one more part of real images.",
    ),
    "evaluation.every": SettingEffects(
        "Steps stay the same, but the best poster is one that was evaluated: more often finds a better "
        "one. Backward and forward windows count their patience in evaluations.",
        "Each costs the training and measuring of all its networks.",
        "Each keeps a snapshot on disk, 64 at most.",
    ),
    "evaluation.networks": SettingEffects(
        "More networks make the mean surer; the ± is over them. The steps stay the same.",
        "An evaluation grows with it.",
        "No effect, unless compiled on a CPU: then as many train at once as there are cores.",
    ),
    "evaluation.steps": SettingEffects(
        "Accuracy is told for each length. The best poster is the one with the lowest training loss at any.",
        "An evaluation grows with the longest, and with measuring at each.",
        NO_EFFECT,
    ),
    "evaluation.train_images": SettingEffects(
        "The best poster is chosen by its loss on these; more choose more surely.",
        "Measuring grows with it.",
        "Hardly any.",
    ),
    "compute.device": SettingEffects(
        "Equal up to rounding.",
        "A GPU pays off the more, the larger the network and its batches are.",
        "Images, poster and networks lie in the memory of this device.",
    ),
    "compute.precision": SettingEffects(
        "float64 and float32 agree up to rounding; tf32 and bfloat16 round more, and gradients are no "
        "longer exact.",
        "bfloat16 is faster where the processor has it, tf32 on NVIDIA GPUs; elsewhere they gain nothing. "
        "float64 is slower.",
        "float64 takes twice as much; tf32 and bfloat16 keep images and parameters as float32.",
    ),
    "compute.threads": SettingEffects(
        "Equal up to rounding.",
        "More help large steps only; split small steps wait for each other. A compiled evaluation trains "
        "this many networks at once.",
        "Grows where more networks are trained at once.",
    ),
    "compute.strategy": SettingEffects(
        "Equal up to rounding; all are exact.",
        "Replayed takes every step of the window a second time; stored does not, as long as there is memory.",
        "Stored holds all activations of the window; replayed hardly grows with it; auto keeps as many steps "
        "as a quarter of the memory holds, at most 4 GB.",
    ),
    "compute.compile": SettingEffects(
        "Equal up to rounding.",
        "Some ten seconds at first, a few when the same shapes come again; after that, steps are 1.3 to "
        "2 times faster.",
        "Hardly any; the compiled code is kept in the cache.",
    ),
    "compute.kept_memory": SettingEffects(
        "Equal up to rounding.",
        "A step that is kept need not be taken again on the way back: with all of a window kept, an outer "
        "step takes an eighth to a sixth less.",
        "As much as you give, at most what the whole window takes.",
    ),
    "compute.micro_batch": SettingEffects(
        "Equal up to rounding; the sums are exact. With batch norm, each part is normalized by itself.",
        "Too small leaves the device idle; too large leaves a CPU's caches.",
        "Grows with it, at the end of the window.",
    ),
}
"""By dotted key; every key of `podd_engine.config.schema.DistillationConfig` has an entry."""
