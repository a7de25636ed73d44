using System.Management.Automation;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Puts services that <c>Lock-CivicQService</c> cut off back on the network.</summary>
[Cmdlet(VerbsCommon.Unlock, "CivicQService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceIsolation))]
public sealed class UnlockCivicQServiceCommand : ServiceIsolationCmdlet
{
    /// <inheritdoc/>
    private protected override bool Isolate => false;
}
