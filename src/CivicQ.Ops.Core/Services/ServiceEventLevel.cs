namespace CivicQ.Ops.Core.Services;

/// <summary>How bad an event is.</summary>
public enum ServiceEventLevel
{
    /// <summary>Nothing is wrong.</summary>
    Normal,

    /// <summary>Something did not work.</summary>
    Warning,
}
