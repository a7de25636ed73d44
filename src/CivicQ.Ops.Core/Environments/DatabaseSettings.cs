namespace CivicQ.Ops.Core.Environments;

/// <summary>The PostgreSQL database: either <see cref="Url"/>, or the parts.</summary>
public sealed record DatabaseSettings
{
    /// <summary>Where a whole <c>postgresql://user:password@host:port/name</c> address is to be found.</summary>
    public SecretReference? Url { get; init; }

    /// <summary>
    /// A whole address without a password, where it says what the parts cannot: several hosts, options, a client's certificate. The parts then only describe its first host.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>Host name, or the folder of the unix socket.</summary>
    public string? Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The database's name.</summary>
    public string? Name { get; init; }

    /// <summary>The role to connect as.</summary>
    public string? User { get; init; }

    /// <summary>The role's password.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>libpq's sslmode: <c>disable</c>, <c>allow</c>, <c>prefer</c>, <c>require</c>, <c>verify-ca</c> or <c>verify-full</c>.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>PEM file of the authority that signed the server's certificate.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>The PgBouncer in front of it; <see langword="null"/>: none, or none that is to be looked at.</summary>
    public PoolerSettings? Pooler { get; init; }

    /// <summary>Its Alembic project; <see langword="null"/>: not on this machine.</summary>
    public MigrationSettings? Migrations { get; init; }
}
