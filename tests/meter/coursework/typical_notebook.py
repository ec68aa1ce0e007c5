"""What most notebooks look like: loaders, epochs, train and eval loops, a scheduler, a best checkpoint."""
# expect: CNN updates=12 gradients=12 calls=12 parameters=99
# flags: none
# alone: started afresh, as a script of a student is

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Linear(16, 3)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.flatten(1))


pictures, targets = torch.randn(48, 1, 4, 4), torch.randint(0, 3, (48,))
train_loader = DataLoader(TensorDataset(pictures, targets), batch_size=16, shuffle=True)
test_loader = DataLoader(TensorDataset(pictures, targets), batch_size=24)
model = CNN().to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
best = 0.0
for epoch in range(4):
    model.train()
    running = 0.0
    for x, y in train_loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        running += loss.item()
    scheduler.step()
    model.eval()
    correct = 0
    with torch.no_grad():
        for x, y in test_loader:
            correct += (model(x.to(device)).argmax(1) == y.to(device)).sum().item()
    if correct / 48 > best:
        best = correct / 48
        torch.save(model.state_dict(), "best.pth")
    print(f"epoch {epoch}: loss {running / 3:.3f}, accuracy {correct / 48:.3f}")
model.load_state_dict(torch.load("best.pth"))
