"""Names and titles of the network architectures, for settings. `podd_engine.networks` implements them."""

ARCHITECTURES = {
    "convnet": "ConvNet, instance norm",
    "convnet4": "ConvNet, 4 blocks",
    "convnet-doubling": "ConvNet, width doubles per block",
    "convnet-bn": "ConvNet, batch norm",
    "convnet-nonorm": "ConvNet, no norm",
    "alexnet": "AlexNet for small images",
    "vgg11": "VGG-11 for small images",
    "resnet18": "ResNet-18 for small images",
}
