namespace CivicQ.Ops.Core.HostResources;

/// <summary>What a machine has.</summary>
public enum HostResourceKind
{
    /// <summary>Processors.</summary>
    Cpu,

    /// <summary>Main memory.</summary>
    Memory,

    /// <summary>Swap space.</summary>
    Swap,

    /// <summary>Processes that want to run, against the processors there are.</summary>
    Load,

    /// <summary>A mounted file system.</summary>
    Disk,

    /// <summary>The time since the machine started.</summary>
    Uptime,
}
