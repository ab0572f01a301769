namespace SeqCluster.Data.Randomness;

/// <summary>What a random number is for. Streams of different purposes never meet. The values are part of every result: never renumber.</summary>
public enum RandomPurpose
{
    /// <summary>Initial weights.</summary>
    Initialization = 1,

    /// <summary>Dropout masks, reseeded before each micro-batch.</summary>
    Dropout = 2,

    /// <summary>Draws of samples with replacement, and of tokens while generating.</summary>
    Sampling = 3,

    /// <summary>The order of samples in an epoch.</summary>
    Plan = 4,

    /// <summary>Anything random in an evaluation.</summary>
    Evaluation = 5,

    /// <summary>Data that is made up, and which of it is held out.</summary>
    Generation = 6,
}
