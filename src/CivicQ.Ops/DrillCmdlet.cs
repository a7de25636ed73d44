using System.Management.Automation;
using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops;

/// <summary>The base of the drills' cmdlets: they work on the lab, and on nothing else.</summary>
public abstract class DrillCmdlet : CivicQCmdlet
{
    /// <summary>The environment: <c>lab</c>. Any other is refused.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Environment { get; set; } = LabEnvironment.Name;

    /// <summary>Refuses what is not the lab.</summary>
    /// <exception cref="OperationException"><c>DrillOutsideLab</c>.</exception>
    private protected void EnsureLab()
    {
        if (!Environment.Equals(LabEnvironment.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new OperationException(DrillErrors.OutsideLab, $"A drill in the environment '{Environment}' is refused: drills run in the lab alone.", Environment);
        }
    }

    /// <summary>Does something with each drill; a failure is reported and leaves the others alone.</summary>
    private protected async Task ForEachAsync(IEnumerable<IDrill> drills, Func<IDrill, Task> work, CancellationToken cancellationToken)
    {
        foreach (var drill in drills)
        {
            try
            {
                await work(drill).ConfigureAwait(false);
            }
            catch (OperationException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReportError(error, drill.Description.Name);
            }
        }
    }
}
