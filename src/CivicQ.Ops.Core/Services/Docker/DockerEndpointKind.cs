namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>How an engine is reached.</summary>
public enum DockerEndpointKind
{
    /// <summary>A Unix socket.</summary>
    Unix,

    /// <summary>A named pipe of Windows.</summary>
    Pipe,

    /// <summary>TCP without protection.</summary>
    Tcp,

    /// <summary>TCP with TLS and, mostly, a client certificate.</summary>
    Tls,
}
