namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>What became of an object that was to be restored.</summary>
public enum ObjectRestoreOutcome
{
    /// <summary>The version was copied over the present one.</summary>
    Restored,

    /// <summary>The delete marker is gone; what it hid is there again.</summary>
    Undeleted,

    /// <summary>It is what readers get already.</summary>
    AlreadyThere,

    /// <summary>It was not there at that time, and was left.</summary>
    Newer,

    /// <summary>It was not there at that time, and has a delete marker now.</summary>
    Removed,

    /// <summary>This would be done (<c>-WhatIf</c>).</summary>
    Planned,

    /// <summary>It could not be restored; the error says why.</summary>
    Failed,
}
