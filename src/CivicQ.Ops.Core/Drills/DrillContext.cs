using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills;

/// <summary>What a drill needs to work on the lab.</summary>
public sealed class DrillContext
{
    internal DrillContext(EnvironmentContext environment, LabStore store, string folder, IReadOnlyDictionary<string, long> notes, TimeSpan timeout)
    {
        (Environment, Store, Folder, Timeout) = (environment, store, folder, timeout);
        Notes = new Dictionary<string, long>(notes, StringComparer.Ordinal);
    }

    /// <summary>The lab's environment.</summary>
    public EnvironmentContext Environment { get; }

    /// <summary>A folder of the drill's own.</summary>
    public string Folder { get; }

    /// <summary>How long a server that the drill starts may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Figures that are kept from the start on.</summary>
    public IDictionary<string, long> Notes { get; }

    /// <summary>The lab's folder.</summary>
    internal LabStore Store { get; }

    /// <summary>The lab's state as it is now.</summary>
    internal LabState State => Store.Read() ?? throw DrillService.NoLab();
}
