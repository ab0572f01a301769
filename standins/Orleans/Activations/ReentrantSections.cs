namespace Orleans.Standin.Activations;

/// <summary>The call chains that may come back to an activation, with how often each was allowed.</summary>
internal sealed class ReentrantSections
{
    private readonly Dictionary<Guid, int> depths = [];

    public void Enter(Guid chain) => depths[chain] = depths.GetValueOrDefault(chain) + 1;

    public void Leave(Guid chain)
    {
        int depth = depths.GetValueOrDefault(chain) - 1;
        if (depth > 0)
        {
            depths[chain] = depth;
        }
        else
        {
            depths.Remove(chain);
        }
    }

    public bool Contains(Guid chain) => depths.ContainsKey(chain);
}
