using System.Management.Automation;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Cuts services off from the network; their processes, memory and files stay as they are, as evidence.</summary>
[Cmdlet(VerbsCommon.Lock, "CivicQService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ServiceIsolation))]
public sealed class LockCivicQServiceCommand : ServiceIsolationCmdlet
{
    /// <inheritdoc/>
    private protected override bool Isolate => true;
}
