"""A LightningModule and its Trainer."""
# expect: LitNet updates=12 gradients=12 calls=12 parameters=43
# flags: none
# needs: lightning
# alone: imports lightning first, as its users do
# device: cpu

import lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class LitNet(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def training_step(self, batch, index):
        x, y = batch
        return nn.functional.cross_entropy(self.head(torch.relu(self.body(x))), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-2)


dataset = TensorDataset(torch.randn(48, 4), torch.randint(0, 3, (48,)))
trainer = lightning.Trainer(
    max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False
)
trainer.fit(LitNet(), DataLoader(dataset, batch_size=8))
