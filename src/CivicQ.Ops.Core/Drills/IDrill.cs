using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills;

/// <summary>One of the runbook's incidents, brought about in the lab's real servers. It looks at the servers in the same way as the cmdlets do.</summary>
public interface IDrill
{
    /// <summary>What it is.</summary>
    DrillDescription Description { get; }

    /// <summary>The server of the lab that it is for.</summary>
    LabServerKind Server => LabServerKind.Postgres;

    /// <summary>Brings the incident about.</summary>
    /// <param name="context">The lab, and what this drill may keep.</param>
    /// <param name="cancellationToken">Ends the attempt; <see cref="ClearAsync"/> is called then.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException">It cannot be brought about.</exception>
    Task InjectAsync(DrillContext context, CancellationToken cancellationToken);

    /// <summary>Looks whether the incident is there, with what the cmdlets look with.</summary>
    /// <param name="context">The lab, and what this drill kept.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="OperationException">The server does not answer.</exception>
    Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken);

    /// <summary>Undoes what is left of the incident, also of one that was brought about by half. Processes that hold sessions have been ended by then.</summary>
    /// <param name="context">The lab, and what this drill kept.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The running work.</returns>
    Task ClearAsync(DrillContext context, CancellationToken cancellationToken);
}
