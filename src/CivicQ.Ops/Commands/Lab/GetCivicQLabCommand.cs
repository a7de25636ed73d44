using System.Management.Automation;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Commands.Lab;

/// <summary>Lists the lab's servers: which run and where, which are missing and how they are installed.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQLab")]
[OutputType(typeof(LabServer))]
public sealed class GetCivicQLabCommand : CivicQCmdlet
{
    /// <summary>The servers to list; all without it.</summary>
    [Parameter(Position = 0)]
    public LabServerKind[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var servers = await new LabService(Reporter).GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var server in servers.Where(server => Name is null || Name.Contains(server.Name)))
        {
            await WriteAsync(server, cancellationToken).ConfigureAwait(false);
        }
    }
}
