namespace CivicQ.Ops.Core.Services;

/// <summary>What is changed of a service.</summary>
public enum ServiceAction
{
    /// <summary>It is restarted.</summary>
    Restart,

    /// <summary>Its scale or its limits are set.</summary>
    Set,

    /// <summary>It goes back to an earlier revision.</summary>
    Undo,

    /// <summary>A release is published.</summary>
    Publish,
}
