using System.Management.Automation;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>Forgets the environments that <c>Connect-CivicQ</c> chose in this session.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "CivicQ")]
public sealed class DisconnectCivicQCommand : CivicQCmdlet
{
    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        Reporter.Verbose(Session.Connected is { } names ? $"Disconnected from {string.Join(", ", names)}." : "This session was not connected.");
        Session.Connected = null;
        return Task.CompletedTask;
    }
}
