using System.Management.Automation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Sets how many instances services have, and how much memory and processor an instance may use.</summary>
[Cmdlet(VerbsCommon.Set, "CivicQService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceChangeResult))]
public sealed class SetCivicQServiceCommand : ServiceChangeCmdlet
{
    /// <summary>How many instances there are to be.</summary>
    [Parameter]
    [ValidateRange(0, 10_000)]
    public int? Replicas { get; set; }

    /// <summary>How much memory an instance may use, in bytes (<c>512MB</c> in PowerShell); 0 takes the limit away.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? MemoryLimitBytes { get; set; }

    /// <summary>How many processor cores an instance may use (<c>0.5</c>); 0 takes the limit away.</summary>
    [Parameter]
    [ValidateRange(0.0, 4096.0)]
    public double? CpuLimitCores { get; set; }

    /// <inheritdoc/>
    private protected override ServiceAction Action => ServiceAction.Set;

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken) =>
        Replicas is null && MemoryLimitBytes is null && CpuLimitCores is null
            ? throw new OperationException(ServiceErrors.NothingToSet, "Nothing says what is to be set.")
            : base.BeginAsync(cancellationToken);

    /// <inheritdoc/>
    private protected override Task<ServiceChange> PlanAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken) =>
        ServiceChange.SetAsync(host, service, new ServiceLimits { Replicas = Replicas, MemoryLimitBytes = MemoryLimitBytes, CpuLimitCores = CpuLimitCores }, cancellationToken);
}
