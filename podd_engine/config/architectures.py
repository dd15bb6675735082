"""The architectures by name and title, for settings; what they are made of is in `networks`."""

ARCHITECTURES = {
    "convnet": "ConvNet, instance norm",
    "convnet4": "ConvNet, 4 blocks",
    "convnet-doubling": "ConvNet, width doubling per block",
    "convnet-bn": "ConvNet, batch norm",
    "convnet-nonorm": "ConvNet, no norm",
    "alexnet": "AlexNet for small images",
    "vgg11": "VGG-11 for small images",
    "resnet18": "ResNet-18 for small images",
}
