"""The benchmark models, operator for operator those of ../*.cs.

Attribute names are those of the C# fields, so that a parameter has one name on both sides. Modules are made in the same
order, so that one seed gives the same initial weights, bit for bit.

Shape suffixes: B batch, T time, V vocabulary, E embedding width, H heads, D width of a head, C channels.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.queryKeyValue = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x_BTE, future_TT):
        batch, time, width = x_BTE.shape
        query_BTE, key_BTE, value_BTE = self.queryKeyValue(x_BTE).chunk(3, -1)
        query_BHTD = query_BTE.view(batch, time, self.heads, -1).transpose(1, 2)
        key_BHTD = key_BTE.view(batch, time, self.heads, -1).transpose(1, 2)
        value_BHTD = value_BTE.view(batch, time, self.heads, -1).transpose(1, 2)
        scores_BHTT = query_BHTD.matmul(key_BHTD.transpose(-2, -1)).mul(1 / math.sqrt(width // self.heads))
        weights_BHTT = F.softmax(scores_BHTT.masked_fill(future_TT, -math.inf), -1)
        mixed_BTE = weights_BHTT.matmul(value_BHTD).transpose(1, 2).contiguous().view(batch, time, width)
        return self.projection(mixed_BTE)


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attentionNorm = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.feedForwardNorm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 4 * width)
        self.contract = nn.Linear(4 * width, width)

    def forward(self, x_BTE, future_TT):
        x_BTE = x_BTE + self.attention(self.attentionNorm(x_BTE), future_TT)
        hidden = F.gelu(self.expand(self.feedForwardNorm(x_BTE)))
        return x_BTE + self.contract(hidden)


class TransformerModel(nn.Module):
    def __init__(self, vocabulary, width, heads, layers, time):
        super().__init__()
        self.time = time
        self.tokenEmbedding = nn.Embedding(vocabulary, width)
        self.positionEmbedding = nn.Embedding(time, width)
        self.blocks = nn.ModuleList([TransformerBlock(width, heads) for _ in range(layers)])
        self.finalNorm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, False)

    def forward(self, tokens_BT):
        positions_T = torch.arange(self.time)
        future_TT = torch.ones(self.time, self.time, dtype=torch.bool).triu(1)
        x_BTE = self.tokenEmbedding(tokens_BT) + self.positionEmbedding(positions_T)
        for block in self.blocks:
            x_BTE = block(x_BTE, future_TT)
        return self.head(self.finalNorm(x_BTE))


class LstmModel(nn.Module):
    def __init__(self, vocabulary, hidden, layers):
        super().__init__()
        self.tokenEmbedding = nn.Embedding(vocabulary, hidden)
        self.lstm = nn.LSTM(hidden, hidden, layers, True, True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens_BT):
        return self.head(self.lstm(self.tokenEmbedding(tokens_BT))[0])


class WaveNetLayer(nn.Module):
    def __init__(self, channels, kernel, dilation):
        super().__init__()
        self.left = (kernel - 1) * dilation
        self.gate = nn.Conv1d(channels, 2 * channels, kernel, 1, 0, dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x_BCT):
        filter_BCT, gate_BCT = self.gate(F.pad(x_BCT, (self.left, 0))).chunk(2, 1)
        return self.mix(filter_BCT.tanh() * gate_BCT.sigmoid())


class WaveNetModel(nn.Module):
    def __init__(self, levels, channels, kernel, layers, cycle):
        super().__init__()
        self.sampleEmbedding = nn.Embedding(levels, channels)
        self.layers = nn.ModuleList([WaveNetLayer(channels, kernel, 1 << (i % cycle)) for i in range(layers)])
        self.post = nn.Conv1d(channels, channels, 1)
        self.head = nn.Conv1d(channels, levels, 1)

    def forward(self, samples_BT):
        x_BCT = self.sampleEmbedding(samples_BT).transpose(1, 2)
        skip_BCT = None
        for layer in self.layers:
            mixed_BCT = layer(x_BCT)
            x_BCT = x_BCT + mixed_BCT
            skip_BCT = mixed_BCT if skip_BCT is None else skip_BCT + mixed_BCT
        post_BCT = self.post(skip_BCT.relu()).relu()
        return self.head(post_BCT).transpose(1, 2)


# Beside the configuration records in ../*Config.cs: name -> size -> (batch, time, the model's arguments).
WORKLOADS = {
    "transformer": {
        "full": (16, 128, lambda time: TransformerModel(256, 256, 4, 4, time)),
        "small": (4, 32, lambda time: TransformerModel(256, 64, 4, 2, time)),
    },
    "lstm": {
        "full": (32, 64, lambda time: LstmModel(256, 512, 2)),
        "small": (8, 16, lambda time: LstmModel(256, 64, 2)),
    },
    "wavenet": {
        "full": (1, 4096, lambda time: WaveNetModel(256, 64, 2, 30, 10)),
        "small": (1, 512, lambda time: WaveNetModel(256, 16, 2, 12, 6)),
    },
}
