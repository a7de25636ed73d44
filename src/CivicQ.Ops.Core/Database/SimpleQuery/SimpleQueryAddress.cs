namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>Where a <see cref="SimpleQueryConnection"/> leads to.</summary>
/// <param name="Host">Host name, or the folder of the unix socket.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Database">The database.</param>
/// <param name="User">The user.</param>
internal sealed record SimpleQueryAddress(string Host, int Port, string Database, string User)
{
    /// <summary>The password, if there is one.</summary>
    public string? Password { get; init; }

    /// <summary>libpq's sslmode.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>PEM file of the authority; the machine's own authorities without it.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>True where the host is the folder of a unix socket.</summary>
    public bool IsSocket => Path.IsPathRooted(Host);

    // The records' own text would hold the password.
    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}/{Database}";
}
