"""The small networks. Input scaling that is not standard lives inside the model."""
from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


def conv(cin, cout, stride=1, groups=1, kernel=3):
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout), nn.ReLU()
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels, groups=channels), conv(channels, channels, kernel=1))

    def forward(self, x):
        return x + self.body(x)


class ConvNet(nn.Module):
    """Strided convolutions, global average pool, linear. `embed` > 0 adds an embedding output."""

    def __init__(self, cin, classes, widths=(16, 32, 64, 96), embed=0, shift=0.0, scale=1.0, drop=0.2):
        super().__init__()
        self.shift, self.scale = shift, scale
        layers, last = [], cin
        for k, width in enumerate(widths):
            layers.append(conv(last, width, 2))
            if k:
                layers.append(Residual(width))
            last = width
        self.body = nn.Sequential(*layers)
        self.drop = nn.Dropout(drop)
        self.embed = nn.Linear(last, embed) if embed else None
        self.out = nn.Linear(embed or last, classes)
        self.register_buffer("temperature", torch.ones(1))

    def forward(self, x):
        x = self.body((x - self.shift) / self.scale).mean((2, 3))
        if self.embed is None:
            return self.out(self.drop(x)) / self.temperature
        e = torch.tanh(self.embed(self.drop(x)))
        return self.out(e) / self.temperature, e


class TextNet(nn.Module):
    """One transformer layer over word pieces, mean pool over the attended positions."""

    LONGEST = 64

    def __init__(self, vocabulary, classes, width=64, heads=4, embed=64, layers=1, drop=0.2):
        super().__init__()
        self.heads, self.width = heads, width
        self.words = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(self.LONGEST, width)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.places.weight, std=0.05)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                dict(
                    n1=nn.LayerNorm(width), qkv=nn.Linear(width, 3 * width), back=nn.Linear(width, width),
                    n2=nn.LayerNorm(width), up=nn.Linear(width, 2 * width), down=nn.Linear(2 * width, width),
                )
            )
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(drop)
        self.embed = nn.Linear(width, embed)
        self.out = nn.Linear(embed, classes)
        self.register_buffer("temperature", torch.ones(1))

    def forward(self, input_ids, attention_mask):
        places = torch.cumsum(torch.ones_like(input_ids), 1) - 1  # positions past 63 share the last one
        x = self.words(input_ids) + self.places(torch.clamp(places, max=self.LONGEST - 1))
        x = self.drop(x)
        mask = attention_mask.to(x.dtype)
        bias = (1.0 - mask)[:, None, None, :] * -10000.0
        b, n = input_ids.shape
        d = self.width // self.heads
        for layer in self.layers:
            q, k, v = layer["qkv"](layer["n1"](x)).split(self.width, -1)
            q, k, v = (t.reshape(b, n, self.heads, d).transpose(1, 2) for t in (q, k, v))
            weight = torch.softmax(q @ k.transpose(2, 3) / d**0.5 + bias, -1)
            x = x + self.drop(layer["back"]((weight @ v).transpose(1, 2).reshape(b, n, self.width)))
            x = x + self.drop(layer["down"](F.gelu(layer["up"](layer["n2"](x)))))
        x = self.norm(x)
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        e = torch.tanh(self.embed(pooled))
        return self.out(self.drop(e)) / self.temperature, e


class FusionHead(nn.Module):
    """Three embeddings in, event logits out. An all-zero embedding means "not there"."""

    def __init__(self, classes, embed=32, hidden=64):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3 * embed, hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(hidden, classes))
        self.register_buffer("temperature", torch.ones(1))

    def forward(self, image, sound, text):
        return self.body(torch.cat([image, sound, text], 1)) / self.temperature
