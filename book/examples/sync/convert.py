from torch import nn

model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
print(type(model[1]).__name__)


def convert_back(module):
    """Put a BatchNorm2d in the place of every SyncBatchNorm."""
    for name, child in module.named_children():
        convert_back(child)
        if isinstance(child, nn.SyncBatchNorm):
            plain = nn.BatchNorm2d(
                child.num_features, child.eps, child.momentum
            )
            plain.load_state_dict(child.state_dict())
            setattr(module, name, plain.train(child.training))


convert_back(model)
print(type(model[1]).__name__)
