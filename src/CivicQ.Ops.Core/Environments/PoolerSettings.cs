namespace CivicQ.Ops.Core.Environments;

/// <summary>The PgBouncer in front of the database: where its admin console is.</summary>
public sealed record PoolerSettings
{
    /// <summary>Host name, or the folder of the unix socket.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 6432;

    /// <summary>One of PgBouncer's <c>stats_users</c> or <c>admin_users</c>.</summary>
    public required string User { get; init; }

    /// <summary>The user's password.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>libpq's sslmode, as in <see cref="DatabaseSettings.SslMode"/>.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>PEM file of the authority that signed PgBouncer's certificate.</summary>
    public string? RootCertificate { get; init; }
}
