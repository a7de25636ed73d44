namespace CivicQ.Ops.Core.Environments;

/// <summary>A project of Docker Compose.</summary>
public sealed record ComposeSettings
{
    /// <summary>The project's name, as the containers' label <c>com.docker.compose.project</c> has it.</summary>
    public string Project { get; init; } = "civicq";

    /// <summary>Its Compose files on this machine, full paths, later ones over earlier ones; empty for those that the containers' labels name.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The file of variables, full path; <c>.env</c> beside the first Compose file without it.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>The Docker engine: <c>unix:///var/run/docker.sock</c>, <c>npipe:////./pipe/docker_engine</c>, <c>tcp://host:2376</c>. Without it: the context, else what the docker CLI would use.</summary>
    public string? Host { get; init; }

    /// <summary>A context of the docker CLI.</summary>
    public string? Context { get; init; }

    /// <summary>The folder of <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for an engine over TLS, full path.</summary>
    public string? CertificateFolder { get; init; }
}
