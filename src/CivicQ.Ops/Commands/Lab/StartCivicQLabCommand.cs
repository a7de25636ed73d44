using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Commands.Lab;

/// <summary>Starts a small CivicQ of real servers on this machine, for practice and for tests.</summary>
[Cmdlet(VerbsLifecycle.Start, "CivicQLab", DefaultParameterSetName = Servers, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(LabServer))]
public sealed class StartCivicQLabCommand : CivicQCmdlet
{
    private const string Servers = "Servers";
    private const string Compose = "Compose";
    private const string Kubernetes = "Kubernetes";

    /// <summary>How much data; 1 makes 2,000 users and 3,000 questions.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Scale { get; set; } = 1;

    /// <summary>The servers to leave out.</summary>
    [Parameter]
    [ValidateNotNull]
    public LabServerKind[] Exclude { get; set; } = [];

    /// <summary>How long each server may take until it answers, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Stops a lab that runs, with its data, and starts anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The Docker engine that services are to run on, as containers with Compose's labels: <c>unix:///var/run/docker.sock</c>.</summary>
    [Parameter(ParameterSetName = Compose, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? DockerHost { get; set; }

    /// <summary>The kubeconfig's context of a cluster for practice that services are to run on, in a namespace of the lab's own.</summary>
    [Parameter(ParameterSetName = Kubernetes, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? KubernetesContext { get; set; }

    /// <summary>kubeconfig files; those that kubectl would use without it.</summary>
    [Parameter(ParameterSetName = Kubernetes)]
    [ValidateNotNullOrEmpty]
    public string[]? KubernetesFile { get; set; }

    /// <summary>The image of the services, with the shell, httpd, wget and nc of busybox; of this machine's static busybox (Docker) or <c>busybox:1.37</c> (Kubernetes) without it.</summary>
    [Parameter(ParameterSetName = Compose)]
    [Parameter(ParameterSetName = Kubernetes)]
    [ValidateNotNullOrEmpty]
    public string? ServiceImage { get; set; }

    /// <summary>An S3 server that buckets are to be on, which are made anew and removed again: <c>http://127.0.0.1:9000</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? StorageEndpoint { get; set; }

    /// <summary>Where the access key's identifier for it is to be found: <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string StorageAccessKey { get; set; } = "env:AWS_ACCESS_KEY_ID";

    /// <summary>Where its secret access key is to be found: <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string StorageSecretKey { get; set; } = "env:AWS_SECRET_ACCESS_KEY";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var lab = new LabService(Reporter);
        // Before anything is asked and journalled: a key that is written out must not get there.
        var storage = StorageEndpoint is null ? null : new LabStorageOptions(StorageEndpoint, Reference(StorageAccessKey), Reference(StorageSecretKey));
        var services = ParameterSetName == Servers ? null : new LabServicesOptions
        {
            DockerHost = DockerHost, KubernetesContext = KubernetesContext, Image = ServiceImage,
            KubernetesFiles = [.. (KubernetesFile ?? []).Select(path => Path.GetFullPath(path, CurrentFolder.Path))],
        };
        var servers = string.Join(", ", Enum.GetValues<LabServerKind>().Except([.. Exclude, LabServerKind.Services, LabServerKind.Storage]));
        var further = services is null ? "" : $", and services on {(DockerHost is null ? $"the cluster of the context {KubernetesContext}" : DockerHost)}";
        further += StorageEndpoint is null ? "" : $", and buckets on {StorageEndpoint.GetLeftPart(UriPartial.Authority)}";
        if (!await ShouldProcessAsync($"{servers} on 127.0.0.1, in {lab.Folder}{further}", "Start the lab", LabEnvironment.Name).ConfigureAwait(false))
        {
            return;
        }

        var options = new LabOptions { Scale = Scale, Exclude = Exclude, Force = Force, Services = services, Storage = storage, Timeout = TimeSpan.FromSeconds(TimeoutSeconds) };
        foreach (var server in await lab.StartAsync(options, cancellationToken).ConfigureAwait(false))
        {
            await WriteAsync(server, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SecretReference Reference(string text) => SecretReference.TryParse(text, out var reference)
        ? reference!
        : throw new OperationException(EnvironmentErrors.SecretInTheClear, "A key is given by where it is found, env:NAME or file:PATH, and never itself.");
}
