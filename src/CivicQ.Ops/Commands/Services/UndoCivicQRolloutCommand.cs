using System.Management.Automation;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Takes services back to an earlier revision, waits for the rollout and looks at health. <c>-WhatIf</c> shows what would be different.</summary>
[Cmdlet(VerbsCommon.Undo, "CivicQRollout", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ServiceChangeResult))]
public sealed class UndoCivicQRolloutCommand : ServiceChangeCmdlet
{
    /// <summary>The revision to go back to; the one before the present without it.</summary>
    // Not by the name Revision: services and instances have one too, and it is the one to get away from.
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1L, long.MaxValue)]
    [ArgumentCompleter(typeof(Completers.RevisionCompleter))]
    public long? ToRevision { get; set; }

    /// <inheritdoc/>
    private protected override ServiceAction Action => ServiceAction.Undo;

    /// <inheritdoc/>
    private protected override Task<ServiceChange> PlanAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken) =>
        ServiceChange.UndoAsync(host, service, ToRevision, cancellationToken);
}
