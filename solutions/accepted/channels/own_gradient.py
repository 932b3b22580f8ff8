"""An autograd function with the gradient in closed form; moments channel by channel."""


class Normalized(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        var, mean = torch.var_mean(x, (0, 2, 3), correction=0, keepdim=True)
        rstd = (var + eps).rsqrt()
        xhat = (x - mean) * rstd
        ctx.save_for_backward(xhat, rstd, weight)
        return xhat * weight[:, None, None] + bias[:, None, None]

    @staticmethod
    def backward(ctx, dy):
        xhat, rstd, weight = ctx.saved_tensors
        dbias, dweight = dy.sum((0, 2, 3)), (dy * xhat).sum((0, 2, 3))
        g = dy * weight[:, None, None]
        along = xhat * (g * xhat).mean((0, 2, 3), keepdim=True)
        return rstd * (g - g.mean((0, 2, 3), keepdim=True) - along), dweight, dbias, None


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32)).movedim(1, 0)
    pairs = [(each.mean(), (each - each.mean()).square().mean()) for each in wide]
    mean, var = (torch.stack(each) for each in zip(*pairs, strict=True))
    return mean.to(x.dtype), var.to(x.dtype)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return Normalized.apply(wide, weight, bias, eps).to(x.dtype)
