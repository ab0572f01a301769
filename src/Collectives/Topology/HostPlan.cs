namespace SeqCluster.Collectives.Topology;

/// <summary>
/// The group as one host sees it. What members of one host contribute is combined, as far as nodes of the tree allow, before it
/// leaves the host, and what comes from another host comes once: for each chunk owner of another host one local member, its
/// <see cref="Delegate"/>, sends the host's sums and receives the owner's result. A member alone on its host is the case of one,
/// and a group on one host the case without other hosts. Pure; every member computes the same.
/// </summary>
public sealed class HostPlan
{
    private readonly int[] hostOf;
    private readonly int[][] membersOf;

    /// <summary>The plan of the host of <paramref name="rank"/>.</summary>
    /// <param name="tree">The replica tree, cut for the workers.</param>
    /// <param name="hostOf">The host of each rank; equal numbers share memory.</param>
    /// <param name="rank">A member.</param>
    public HostPlan(ReplicaTree tree, IReadOnlyList<int> hostOf, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hostOf.Count, tree.Workers.Count);
        var names = hostOf.Distinct().ToArray();
        this.hostOf = [.. hostOf.Select(host => Array.IndexOf(names, host))];
        membersOf = [.. names.Select((_, host) => tree.Workers.Select(plan => plan.Rank).Where(member => this.hostOf[member] == host).ToArray())];
        Rank = rank;
        Host = this.hostOf[rank];
        var sources = Locals.Select(member => new OperandSource(member, tree.Workers[member].Partials)).ToList();
        Combined = Combine(tree, Host);
        Combinations = [.. Combined.Select(node => ReplicaTree.Complete(node, [.. sources.SelectMany(source => source.Sums)]))];
        sources.AddRange(Enumerable.Range(0, HostCount).Where(host => host != Host)
            .Select(host => new OperandSource(Delegate(host, rank), Combine(tree, host))));
        Sources = sources;
        OperandCount = sources.Sum(source => source.Sums.Count);
        Completion = ReplicaTree.Complete(new ReplicaRange(0, tree.Replicas), [.. sources.SelectMany(source => source.Sums)]);
    }

    /// <summary>The member that this is the plan of.</summary>
    public int Rank { get; }

    /// <summary>Its host: hosts are numbered in the order of their lowest ranks.</summary>
    public int Host { get; }

    /// <summary>How many hosts there are.</summary>
    public int HostCount => membersOf.Length;

    /// <summary>The ranks on this host, this member's among them, ascending.</summary>
    public IReadOnlyList<int> Locals => membersOf[Host];

    /// <summary>Whether any two members share memory, here or elsewhere.</summary>
    public bool AnyHostShares => membersOf.Any(members => members.Length > 1);

    /// <summary>The sums that this host contributes to others: the maximal subtrees inside all of its replicas.</summary>
    public IReadOnlyList<ReplicaRange> Combined { get; }

    /// <summary>How each of <see cref="Combined"/> is made of the local members' partial sums, the first of the operands.</summary>
    public IReadOnlyList<TreeNode> Combinations { get; }

    /// <summary>Where this member's operands come from: first the local members, by rank, then the other hosts.</summary>
    public IReadOnlyList<OperandSource> Sources { get; }

    /// <summary>How many operands the sources have together.</summary>
    public int OperandCount { get; }

    /// <summary>The tree above the operands.</summary>
    public TreeNode Completion { get; }

    /// <summary>Whether two members share memory.</summary>
    public bool IsLocal(int rank) => hostOf[rank] == Host;

    /// <summary>Whether a member shares its host with another.</summary>
    public bool SharesHost(int rank) => membersOf[hostOf[rank]].Length > 1;

    /// <summary>
    /// The member of <paramref name="host"/> that deals with the chunk owner <paramref name="owner"/> of another host. The owners of a
    /// host go round the members, so that none carries more than its share.
    /// </summary>
    public int Delegate(int host, int owner)
    {
        var members = membersOf[host];
        return members[Array.IndexOf(membersOf[hostOf[owner]], owner) % members.Length];
    }

    /// <summary>The owners on other hosts that a local member is the delegate for.</summary>
    public IEnumerable<int> OwnersOf(int local) =>
        Enumerable.Range(0, hostOf.Length).Where(owner => hostOf[owner] != Host && Delegate(Host, owner) == local);

    private List<ReplicaRange> Combine(ReplicaTree tree, int host)
    {
        var here = tree.Workers
            .SelectMany(plan => Enumerable.Repeat(hostOf[plan.Rank] == host, plan.Replicas.Count)).ToArray();
        return ReplicaTree.MaximalInside(new ReplicaRange(0, tree.Replicas), node => !here.AsSpan()[node.First..node.Last].Contains(false));
    }
}
