using CivicQ.Ops.Core.Drills;

namespace CivicQ.Ops.Core.Tests.Drills;

/// <summary>A drill that does as the test says.</summary>
internal sealed class FakeDrill : IDrill
{
    public DrillDescription Description { get; } = new()
    {
        Name = "Fake", Symptom = "Nothing.", Injection = "does nothing", Hint = "Get-CivicQNothing", Remedy = "Get-CivicQNothing | Stop-CivicQNothing", Source = "no runbook",
    };

    public Func<DrillContext, Task> Inject { get; set; } = _ => Task.CompletedTask;

    public Func<DrillSighting> Look { get; set; } = () => new DrillSighting(true, "It is there.");

    public int Cleared { get; private set; }

    public Task InjectAsync(DrillContext context, CancellationToken cancellationToken) => Inject(context);

    public Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken) => Task.FromResult(Look());

    public Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        Cleared++;
        return Task.CompletedTask;
    }
}
