"""An LSTM with truncated backpropagation: the state is detached between the pieces."""
# expect: CharLSTM updates=12 gradients=12 calls=12 parameters=320
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class CharLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.lstm, self.head = nn.Embedding(10, 4), nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 10)

    def forward(self, x, state=None):
        out, state = self.lstm(self.embed(x), state)
        return self.head(out), state


model = CharLSTM().to(device)
text = torch.randint(0, 10, (4, 61), device=device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
state = None
for start in range(0, 60, 5):
    logits, state = model(text[:, start : start + 5], state)
    state = tuple(part.detach() for part in state)
    optimizer.zero_grad()
    nn.functional.cross_entropy(logits.transpose(1, 2), text[:, start + 1 : start + 6]).backward()
    optimizer.step()
