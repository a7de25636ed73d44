namespace CivicQ.Ops.Core.Lab;

/// <summary>The state of one of the lab's servers.</summary>
public enum LabServerStatus
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It does not run: the lab is not started, it was left out, or it ended.</summary>
    Stopped,

    /// <summary>Its program is not on this machine.</summary>
    NotInstalled,
}
