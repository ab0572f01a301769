using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Modules, in the order of <c>LAYERS</c> in <c>golden.py</c>.</summary>
internal static class LayerCases
{
    public static readonly IReadOnlyList<Case> All = [.. Pointwise(), .. Convolutions(), .. Cells(), .. Recurrent()];

    private static Case[] Pointwise() =>
    [
        Case.Layer("Linear", [[2, 3, 4]], () => nn.Linear(4, 5), (m, x) => m.call(x[0])),
        Case.Layer("Linear without bias", [[2, 4]], () => nn.Linear(4, 3, false), (m, x) => m.call(x[0])),
        Case.Layer("Embedding", [], () => nn.Embedding(7, 3), (m, _) => m.call(Fill.Integers([2, 4], 7, 1))),
        Case.Layer("Embedding padding_idx", [], () => nn.Embedding(7, 3, 0), (m, _) => m.call(Fill.Integers([2, 6], 7, 1))),
        Case.Layer("LayerNorm", [[2, 3, 4]], () => nn.LayerNorm(4), (m, x) => m.call(x[0])),
        Case.Layer("BatchNorm1d", [[4, 3, 2]], () => nn.BatchNorm1d(3), (m, x) => m.call(x[0])),
        Case.Layer("BatchNorm2d", [[2, 3, 2, 2]], () => nn.BatchNorm2d(3), (m, x) => m.call(x[0])),
        Case.Layer("Sequential", [[2, 3]],
            () => nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid()), (m, x) => m.call(x[0])),
        Case.Layer("Dropout in eval", [[3, 4]], () => nn.Dropout(0.5), (m, x) =>
        {
            m.eval();
            return m.call(x[0]);
        }),
    ];

    private static Case[] Convolutions() =>
    [
        Case.Layer("MaxPool1d", [[2, 3, 8]], () => nn.MaxPool1d(2), (m, x) => m.call(x[0])),
        Case.Layer("Conv1d", [[2, 3, 8]], () => nn.Conv1d(3, 4, 3L), (m, x) => m.call(x[0])),
        Case.Layer("Conv1d dilated", [[2, 3, 8]], () => nn.Conv1d(3, 4, 2, 1, 0, 3), (m, x) => m.call(x[0])),
        Case.Layer("Conv1d causal", [[2, 3, 6]], () => nn.Conv1d(3, 4, 2, 1, 0, 2), (m, x) => m.call(F.pad(x[0], (2, 0)))),
        Case.Layer("Conv1d depthwise", [[2, 4, 8]],
            () => nn.Conv1d(4, 4, 3, 1, 1, 1, PaddingModes.Zeros, 4), (m, x) => m.call(x[0])),
        Case.Layer("Conv1d strided", [[2, 3, 8]], () => nn.Conv1d(3, 2, 4, 2, 1), (m, x) => m.call(x[0])),
        Case.Layer("Conv2d", [[2, 2, 6, 6]], () => nn.Conv2d(2, 3, 3, 2, 1), (m, x) => m.call(x[0])),
        Case.Layer("ConvTranspose1d", [[2, 3, 4]], () => nn.ConvTranspose1d(3, 2, 4, 2), (m, x) => m.call(x[0])),
    ];

    private static Case[] Cells() =>
    [
        Case.Layer("RNNCell", [[2, 3], [2, 4]], () => nn.RNNCell(3, 4), (m, x) => m.call(x[0], x[1])),
        Case.Layer("LSTMCell", [[2, 3], [2, 4], [2, 4]], () => nn.LSTMCell(3, 4), (m, x) =>
        {
            var (hidden, cell) = m.call(x[0], (x[1], x[2]));
            return cat([hidden, cell], 1);
        }),
        Case.Layer("GRUCell", [[2, 3], [2, 4]], () => nn.GRUCell(3, 4), (m, x) => m.call(x[0], x[1])),
    ];

    private static Case[] Recurrent() =>
    [
        Case.Layer("RNN", [[2, 5, 3]],
            () => nn.RNN(3, 4, 1, nn.NonLinearities.Tanh, true, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("RNN relu of two layers", [[2, 4, 3]],
            () => nn.RNN(3, 3, 2, nn.NonLinearities.ReLU, true, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("LSTM", [[2, 5, 3]], () => nn.LSTM(3, 4, 1, true, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("LSTM with a state", [[5, 2, 3], [1, 2, 4], [1, 2, 4]], () => nn.LSTM(3, 4), (m, x) =>
        {
            var (output, hidden, cell) = m.call(x[0], (x[1], x[2]));
            return cat([output, hidden, cell], 0);
        }),
        Case.Layer("LSTM of two layers", [[2, 4, 3]], () => nn.LSTM(3, 3, 2, true, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("LSTM bidirectional", [[2, 4, 3]],
            () => nn.LSTM(3, 3, 1, true, true, 0, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("GRU", [[2, 5, 3]], () => nn.GRU(3, 4, 1, true, true), (m, x) => m.call(x[0]).Item1),
        Case.Layer("GRU bidirectional", [[2, 4, 3], [2, 2, 3]],
            () => nn.GRU(3, 3, 1, true, true, 0, true), (m, x) => m.call(x[0], x[1]).Item1),
    ];
}
