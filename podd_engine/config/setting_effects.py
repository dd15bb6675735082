"""Effects of every setting on result, time and memory. Imports no torch.

The texts describe the behavior of this engine and the findings of the publications that METHOD.md cites.
"""

from typing import NamedTuple


class SettingEffects(NamedTuple):
    """Effects of one setting, one to three sentences each.

    Args:
        result: effect on the poster and on the accuracy of networks trained on it.
        time: effect on the time of preparation, outer steps and evaluations.
        memory: effect on the memory of the run, and on disk space if files grow.
    """

    result: str
    time: str
    memory: str


NO_EFFECT = "No effect."
_NEGLIGIBLE = "Negligible."
_ROUNDING = "Same result up to rounding."

_POSTER_SIZE = SettingEffects(
    "Larger posters hold more information: the images per class grow with the number of pixels.",
    "Negligible per step: each step trains on patches of fixed size. Larger posters need more patches and "
    "more steps.",
    "Small: poster plus Adam state. Snapshots on disk grow with the number of pixels.",
)
_CLASS_GRID = SettingEffects(
    "Determines which classes are adjacent and share patches. Columns × rows must equal the number of "
    "classes.",
    NO_EFFECT,
    NO_EFFECT,
)
_PATCH_GRID = SettingEffects(
    "More patches overlap more, so networks see more different images cut from the same pixels.",
    "Negligible: the number of patches per inner step is a separate setting.",
    "Small: each outer step cuts all patches once, together with their labels.",
)

SETTING_EFFECTS: dict[str, SettingEffects] = {
    "name": SettingEffects("No effect. New runs are named after it.", NO_EFFECT, NO_EFFECT),
    "summary": SettingEffects("No effect. The text is saved with the run.", NO_EFFECT, NO_EFFECT),
    "seed": SettingEffects(
        "A different seed gives a different poster of similar quality. The same seed and settings on the "
        "same CPU reproduce a run exactly.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "dataset.name": SettingEffects(
        "Determines the images and classes that are distilled. A change here keeps all other settings. A "
        "change on the Data page also applies settings that fit the dataset.",
        "Images are decoded and preprocessed once and then read from the cache. Evaluations take longer on "
        "datasets with more test images.",
        "All preprocessed images are kept in memory. On a GPU, they are kept in GPU memory.",
    ),
    "dataset.path": SettingEffects(
        "The images in this folder are distilled. The folder must contain the classes of the dataset.",
        "The first run decodes and preprocesses the images of a new folder. Later runs use the cache.",
        "Grows with the number of images in the folder.",
    ),
    "dataset.image_size": SettingEffects(
        "Larger images contain more detail. A poster of the same size then holds fewer images per class.",
        "Training and evaluation time grow with the square of the image size.",
        "Grows with the square of the image size. The whitening matrix grows with its fourth power.",
    ),
    "dataset.held_out": SettingEffects(
        "A larger share gives a more precise test accuracy, but leaves fewer images to distill.",
        "Evaluation time grows with the number of test images.",
        "No effect. Training and test images are both loaded.",
    ),
    "dataset.preprocessing": SettingEffects(
        "Whitening removes correlations between neighboring pixels and is the published choice for "
        "photographs. On the digits, standardization learns several times faster.",
        "The whitening matrix is computed once and cached. The time per step does not change.",
        "The whitening matrix has (values per image)² entries. The poster bundle contains it too.",
    ),
    "dataset.classes": SettingEffects(
        "A run records the names of its classes. Each class then keeps its place on the poster if the class "
        "folders are sorted in another way. A dataset with other class names is rejected.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "poster.width": _POSTER_SIZE,
    "poster.height": _POSTER_SIZE,
    "poster.class_columns": _CLASS_GRID,
    "poster.class_rows": _CLASS_GRID,
    "poster.class_width": SettingEffects(
        "Sets the width of each class region in the initial poster and in fixed labels. Wider regions "
        "overlap more.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "poster.class_height": SettingEffects(
        "Sets the height of each class region in the initial poster and in fixed labels. Higher regions "
        "overlap more.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "patches.columns": _PATCH_GRID,
    "patches.rows": _PATCH_GRID,
    "labels.kind": SettingEffects(
        "Fixed labels follow from the class regions. Learned labels start from the class regions and are "
        "trained with the poster, which is the published choice for 100 or more classes.",
        _NEGLIGIBLE,
        "Small: learned labels have Adam state, like the poster.",
    ),
    "labels.rule": SettingEffects(
        "Softmax gives nearly one-hot labels and is the published rule. Area gives a patch between two "
        "classes a share of both. Ignored for learned labels.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "labels.budget": SettingEffects(
        "With a larger budget, labels can vary more across the poster. Label values count toward the size of "
        "the distilled data. Ignored for fixed labels.",
        _NEGLIGIBLE,
        "Small: (classes × budget) vectors with one value per class.",
    ),
    "labels.cover_all": SettingEffects(
        "If off, rounding can leave classes without a label cell, as in the published code. Such classes "
        "start without a label. If on, every class has at least one cell. Ignored for fixed labels.",
        NO_EFFECT,
        "Small: a few additional class vectors.",
    ),
    "labels.learning_rate": SettingEffects(
        "Sets how far labels move per outer step. Labels are unstable at high values and stay near their "
        "initial values at low values. Ignored for fixed labels.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "order.source": SettingEffects(
        "Similar classes are placed next to each other and share patches. Text similarity suits classes with "
        "meaningful names. Visual similarity suits all other classes.",
        "Distances are computed once, before the first step. CLIP takes longest.",
        "CLIP needs memory for its weights while it embeds the class names. The other sources need little.",
    ),
    "order.file": SettingEffects(
        "For the file source, your own distances determine which classes are adjacent. For the CLIP source, "
        "the file provides the CLIP weights.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "order.refine": SettingEffects(
        "Swaps pairs of classes to move similar classes closer together. The total distance between "
        "neighbors never increases. The published order is not refined.",
        "Adds one or two seconds before the first step for hundreds of classes.",
        NO_EFFECT,
    ),
    "order.grid": SettingEffects(
        "Every class has the position that you set. No order is computed.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "network.name": SettingEffects(
        "The poster is optimized for this architecture and evaluated with it. Use podd evaluate --arch to "
        "test other architectures.",
        "Grows with the size of the network: every outer step and every evaluation trains networks.",
        "Grows with the size of the network. A network with batch norm cannot process patches in parts.",
    ),
    "network.width": SettingEffects(
        "Wider networks can learn more from the same poster. Published value: 128.",
        "Grows at least linearly and at most with the square of the width.",
        "Activations grow linearly with the width. Parameters grow with up to its square.",
    ),
    "network.depth": SettingEffects(
        "Deeper networks have a larger receptive field. Each block halves the image, so small images allow "
        "few blocks. Applies only to ConvNets with variable depth.",
        "Each additional block adds less time than the previous block, because its image has a quarter of "
        "the pixels.",
        "Each additional block adds less memory than the previous block.",
    ),
    "inner.optimizer": SettingEffects(
        "Adam is the published choice. SGD usually needs a higher learning rate to learn as much.",
        _NEGLIGIBLE,
        NO_EFFECT,
    ),
    "inner.learning_rate": SettingEffects(
        "Sets how fast networks learn from the poster. At low values, networks learn little within the "
        "window. At high values, the loss is no longer finite and the run fails.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "inner.momentum": SettingEffects(
        "Sets the share of the previous update that SGD keeps. Higher values smooth the updates, but react "
        "more slowly. Ignored for Adam.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "inner.weight_decay": SettingEffects(
        "Pulls parameters toward 0, so networks depend less on single patches. Published value: 0.",
        _NEGLIGIBLE,
        NO_EFFECT,
    ),
    "inner.patch_batch": SettingEffects(
        "Larger batches make inner steps less noisy. A batch cannot exceed the number of patches.",
        "The time per inner step is about proportional to the batch size.",
        "Grows with the batch size on a GPU. Almost constant on a CPU, which processes patches in parts.",
    ),
    "outer.steps": SettingEffects(
        "The poster improves quickly at first and slowly later. CIFAR-10 at 0.9 images per class reached "
        "about 30% test accuracy after 100 steps and 51.5% after 1,500 steps.",
        "The run time is proportional to the number of steps.",
        "No effect. At most 64 snapshots are kept on disk.",
    ),
    "outer.learning_rate": SettingEffects(
        "Sets how far the poster moves per step. Higher values learn faster until training is unstable and "
        "the loss jumps or rises.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.schedule": SettingEffects(
        "Cosine lowers the learning rate to 0 at the last step, so the poster converges. Constant is the "
        "published choice and suits runs that you may extend by more steps.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.warmup_steps": SettingEffects(
        "Keeps the first steps small until the running averages of Adam and of gradient clipping are "
        "reliable.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.real_batch": SettingEffects(
        "Larger batches make the gradient less noisy. A pass over the data then takes fewer outer steps.",
        "Grows with the batch size. Each outer step uses one real batch, at the end of the window.",
        "Grows with the batch size on a GPU, unless the micro-batch size limits it. A CPU always processes "
        "real images in parts.",
    ),
    "outer.clip_factor": SettingEffects(
        "Lower values clip more of the rare, very large gradients that damage a poster. If the value is too "
        "low, every step is slowed down. Published value: 2.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "outer.clip_decay": SettingEffects(
        "At values closer to 1, the clip level follows the gradient norm more slowly. Published value: 0.9.",
        NO_EFFECT,
        NO_EFFECT,
    ),
    "truncation.kind": SettingEffects(
        "Random (RaT-BPTT) covers all stages of the inner training. Backward moves the window to earlier "
        "steps when the loss stalls, forward moves it to later steps. Growing windows start at the first "
        "step.",
        "Growing differentiates more steps and takes longest. With the other kinds, windows at early steps "
        "are fastest.",
        "Growing needs memory for windows of up to the maximum number of inner steps.",
    ),
    "truncation.window": SettingEffects(
        "Longer windows give less biased gradients.",
        "Grows with the window: a differentiated step takes several times as long as an undifferentiated "
        "step.",
        "Each step of the window stores parameters, optimizer state and gradient. Cached steps also store "
        "activations (see Meta-gradient).",
    ),
    "truncation.total": SettingEffects(
        "Longer inner training allows later windows. The poster then also teaches networks that have already "
        "trained for many steps.",
        "Grows with the undifferentiated steps before the window. A random window has (total − window) / 2 "
        "of them on average.",
        "No effect, except that it limits the length of growing windows.",
    ),
    "truncation.minimum": SettingEffects(
        "Values above 0 exclude the first inner steps from differentiation. Ignored for growing windows.",
        "Grows slightly: more undifferentiated steps precede the window.",
        NO_EFFECT,
    ),
    "truncation.redraw": SettingEffects(
        "Step draws a new window for every outer step. Pass keeps the same window for a whole pass over the "
        "real data, as published. Ignored for backward and forward windows.",
        "No effect on average.",
        "No effect. Growing windows need memory for the longest window in both cases.",
    ),
    "truncation.patience": SettingEffects(
        "Sets the number of evaluations without improvement before the window moves. Ignored for random and "
        "growing windows.",
        "Indirect: each move of the window changes the number of undifferentiated steps.",
        NO_EFFECT,
    ),
    "augmentation.patches": SettingEffects(
        "Networks learn to ignore the selected changes: flip, rotate, scale, crop, color, cutout. Do not "
        "select a change that alters the class. For example, a mirrored digit is a different character.",
        _NEGLIGIBLE,
        "Negligible: one additional batch of patches.",
    ),
    "augmentation.real": SettingEffects(
        "The loss is measured on augmented real images, so the poster suits such images better. Do not "
        "select a change that alters the class.",
        _NEGLIGIBLE,
        "Negligible: one additional part of the real images.",
    ),
    "evaluation.every": SettingEffects(
        "No effect on training steps. The best poster is one of the evaluated posters, so more evaluations "
        "can find a better one. Backward and forward windows count their patience in evaluations.",
        "Each evaluation trains and tests all evaluation networks.",
        "Each evaluation saves a snapshot on disk, at most 64 in total.",
    ),
    "evaluation.networks": SettingEffects(
        "More networks give a more precise mean accuracy. The ± value is the standard deviation over the "
        "networks. Training steps do not change.",
        "Evaluation time grows with the number of networks.",
        "No effect, except for compiled runs on a CPU, which train one network per core in parallel.",
    ),
    "evaluation.steps": SettingEffects(
        "Accuracy is reported for each training length. The best poster has the lowest training loss at any "
        "of these lengths.",
        "Evaluation time grows with the longest training length and with the number of lengths.",
        NO_EFFECT,
    ),
    "evaluation.train_images": SettingEffects(
        "The best poster is chosen by its loss on these images. More images make the choice more reliable.",
        "Evaluation time grows with the number of images.",
        _NEGLIGIBLE,
    ),
    "compute.device": SettingEffects(
        _ROUNDING,
        "A GPU helps most with large networks and large batches.",
        "Images, poster and networks are stored in the memory of this device.",
    ),
    "compute.precision": SettingEffects(
        "float64 and float32 agree up to rounding. tf32 and bfloat16 round more, so gradients are no longer "
        "exact.",
        "bfloat16 is faster on processors that support it, and tf32 is faster on NVIDIA GPUs. Neither is "
        "faster on other hardware. float64 is slower.",
        "float64 needs twice the memory. tf32 and bfloat16 store images and parameters as float32.",
    ),
    "compute.threads": SettingEffects(
        _ROUNDING,
        "More threads speed up large steps only: in small steps, threads wait for each other. A compiled "
        "evaluation trains one network per thread in parallel.",
        "Grows with the number of networks that an evaluation trains in parallel.",
    ),
    "compute.strategy": SettingEffects(
        "Same result up to rounding. All strategies compute the exact gradient.",
        "Replayed computes every step of the window twice. Stored computes each step once, but can run out "
        "of memory.",
        "Stored keeps the activations of the whole window. Replayed needs almost the same memory for any "
        "window. Auto caches activations in up to a quarter of the memory, at most 4 GB.",
    ),
    "compute.compile": SettingEffects(
        _ROUNDING,
        "Compiling takes about ten seconds for a small network and up to two minutes for a wide network. "
        "Compiling the same shapes again takes a few seconds. Compiled steps are 1.3 to 2 times faster.",
        "Negligible. Compiled code is cached on disk.",
    ),
    "compute.kept_memory": SettingEffects(
        _ROUNDING,
        "A step with cached activations is computed only once. If the whole window is cached, an outer step "
        "takes 1/8 to 1/6 less time.",
        "Uses at most this amount, and never more than the activations of the whole window.",
    ),
    "compute.micro_batch": SettingEffects(
        "Same result up to rounding, because sums are exact. With batch norm, each part is normalized "
        "separately.",
        "Small parts do not fully use the device. Large parts exceed a CPU's caches.",
        "The peak at the end of the window grows with the size of the parts.",
    ),
}
"""Effects by dotted key, for every key of `podd_engine.config.schema.DistillationConfig`."""
