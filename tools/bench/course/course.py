"""The homework as a student would write it: LeNet-5 on torchvision's MNIST, by a
DataLoader. Arguments: the folder of the data, modern or original, and the epochs."""

import sys

import torch
import torch.nn as nn
import torchvision
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class OriginalC3(nn.Module):
    """The sheet's hint: a convolution for each map, of those maps that Table I connects."""

    def __init__(self):
        super().__init__()
        self.inputs = [sorted((i + j) % 6 for j in range(3)) for i in range(6)]
        self.inputs += [sorted((i + j) % 6 for j in range(4)) for i in range(6)]
        self.inputs += [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]]
        self.maps = nn.ModuleList(nn.Conv2d(len(selected), 1, kernel_size=5) for selected in self.inputs)

    def forward(self, x):
        return torch.cat([conv(x[:, selected]) for conv, selected in zip(self.maps, self.inputs)], dim=1)


def lenet(arch):
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Tanh(),
        OriginalC3() if arch == "original" else nn.Conv2d(6, 16, kernel_size=5), nn.Tanh(), nn.AvgPool2d(2), nn.Tanh(),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )


folder, arch, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
to_tensor = transforms.ToTensor()
train_loader = DataLoader(datasets.MNIST(folder, train=True, download=True, transform=to_tensor), batch_size=100, shuffle=True)
test_loader = DataLoader(datasets.MNIST(folder, train=False, transform=to_tensor), batch_size=100)
model = lenet(arch)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(epochs):
    for images, labels in train_loader:
        optimizer.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimizer.step()
correct = 0
with torch.no_grad():
    for images, labels in test_loader:
        correct += (model(images).argmax(dim=1) == labels).sum().item()
print(f"{100 * correct / len(test_loader.dataset):.2f} % of the test images")
print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads")
