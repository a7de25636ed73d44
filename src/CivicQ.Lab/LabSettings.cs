using System.Text.Json;

namespace CivicQ.Lab;

/// <summary>What the lab's API is told by the file that its only argument names. The file holds passwords and is its owner's alone.</summary>
internal sealed record LabSettings
{
    /// <summary>The folder for the ready file.</summary>
    public required string Folder { get; init; }

    /// <summary>The connection string of the database, for the application's own role.</summary>
    public required string Database { get; init; }

    /// <summary>The host and port of Redis.</summary>
    public required string Redis { get; init; }

    /// <summary>The password of Redis.</summary>
    public required string RedisPassword { get; init; }

    /// <summary>The administrator's bearer token.</summary>
    public required string AdminToken { get; init; }

    /// <summary>PEM file of the TLS certificate.</summary>
    public required string Certificate { get; init; }

    /// <summary>PEM file of the certificate's private key.</summary>
    public required string CertificateKey { get; init; }

    /// <summary>The access log.</summary>
    public required string AccessLog { get; init; }

    /// <summary>The application's log.</summary>
    public required string ApplicationLog { get; init; }

    /// <summary>Where a crash of the process is written.</summary>
    public required string OutputLog { get; init; }

    /// <summary>Celery's queues.</summary>
    public required string[] Queues { get; init; }

    /// <summary>The port for HTTP; 0 for a free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>The port for HTTPS; 0 for a free one.</summary>
    public int HttpsPort { get; init; }

    /// <summary>Reads the file.</summary>
    public static LabSettings Read(string path) =>
        JsonSerializer.Deserialize<LabSettings>(File.ReadAllText(path), JsonSerializerOptions.Web) ?? throw new InvalidDataException($"{path} is empty.");
}
