import torch

x = torch.tensor([1.0, 3.0, 3.0, 9.0], requires_grad=True)
nodes = {"mean": x.mean()}
nodes["centered"] = x - nodes["mean"]
nodes["var"] = nodes["centered"].square().mean()
nodes["rstd"] = nodes["var"].rsqrt()
nodes["xhat"] = nodes["centered"] * nodes["rstd"]
for node in nodes.values():
    node.retain_grad()  # autograd drops these otherwise
y = 3 * nodes["xhat"]
y.backward(torch.tensor([1.0, 3.0, -3.0, 3.0]))
for name, node in reversed(nodes.items()):
    print(f"{name:9}", node.grad.numpy().round(2))
print("x        ", x.grad.numpy().round(2))
