namespace CivicQ.Ops.Core.Network;

/// <summary>What happened on the way to a connection; filled in as it goes, so that a failure leaves behind what came before.</summary>
internal sealed class ConnectionTrace
{
    /// <summary>The addresses of the name.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>The addresses tried, in order.</summary>
    public List<ConnectionAttempt> Attempts { get; } = [];

    /// <summary>How long the name took; <see langword="null"/> before.</summary>
    public TimeSpan? DnsDuration { get; set; }

    /// <summary>True when the name has addresses.</summary>
    public bool Resolved { get; set; }

    /// <summary>How long all attempts took together; <see langword="null"/> before.</summary>
    public TimeSpan? TcpDuration { get; set; }
}
