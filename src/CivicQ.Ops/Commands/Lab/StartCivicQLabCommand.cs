using System.Management.Automation;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Commands.Lab;

/// <summary>Starts a small CivicQ of real servers on this machine, for practice and for tests.</summary>
[Cmdlet(VerbsLifecycle.Start, "CivicQLab", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(LabServer))]
public sealed class StartCivicQLabCommand : CivicQCmdlet
{
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

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var lab = new LabService(Reporter);
        var servers = string.Join(", ", Enum.GetValues<LabServerKind>().Except(Exclude));
        if (!await ShouldProcessAsync($"{servers} on 127.0.0.1, in {lab.Folder}", "Start the lab", LabEnvironment.Name).ConfigureAwait(false))
        {
            return;
        }

        var options = new LabOptions { Scale = Scale, Exclude = Exclude, Force = Force, Timeout = TimeSpan.FromSeconds(TimeoutSeconds) };
        foreach (var server in await lab.StartAsync(options, cancellationToken).ConfigureAwait(false))
        {
            await WriteAsync(server, cancellationToken).ConfigureAwait(false);
        }
    }
}
