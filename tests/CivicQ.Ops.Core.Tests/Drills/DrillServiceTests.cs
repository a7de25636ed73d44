using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Lab;

namespace CivicQ.Ops.Core.Tests.Drills;

public sealed class DrillServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private readonly TestLab lab = new();
    private readonly FakeDrill drill = new();

    private DrillService Service => new(lab, lab.Store);

    private string Folder => Path.Combine(lab.Store.DrillFolder, "Fake");

    public async Task InitializeAsync() =>
        await lab.Service.StartAsync(TestLab.Options with { Exclude = [LabServerKind.Redis, LabServerKind.Api, LabServerKind.Celery], Timeout = Long }, CancellationToken.None);

    public Task DisposeAsync() => lab.DisposeAsync().AsTask();

    [Fact]
    public async Task It_is_resolved_while_it_is_gone_and_not_when_it_comes_back()
    {
        drill.Inject = context =>
        {
            context.Notes["Before"] = 7;
            return Task.CompletedTask;
        };
        var started = await Service.StartAsync(drill, Long, CancellationToken.None);
        Assert.True(started is { Detected: true, Resolved: false, Detail: "It is there." });
        Assert.Contains("\"Before\": 7", await File.ReadAllTextAsync(Path.Combine(Folder, "drill.json")), StringComparison.Ordinal);

        drill.Look = () => new DrillSighting(false, "It is gone.");
        var gone = await Service.GetAsync(drill, CancellationToken.None);
        Assert.True(gone is { Detected: true, Resolved: true, Detail: "It is gone.", ResolvedBy: null });
        Assert.Equal(started.DetectedAt, gone!.DetectedAt);
        Assert.Equal(gone, await Service.GetAsync(drill, CancellationToken.None));

        drill.Look = () => new DrillSighting(true, "It is back.");
        Assert.True(await Service.GetAsync(drill, CancellationToken.None) is { Detected: true, Resolved: false, ResolvedAt: null });
        Assert.Equal("It is back.", (await Service.StopAsync(drill, CancellationToken.None))!.Detail);
        Assert.Equal(1, drill.Cleared);
        Assert.Null(await Service.GetAsync(drill, CancellationToken.None));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task One_that_does_not_become_visible_is_undone()
    {
        drill.Look = () => new DrillSighting(false, "Nothing to be seen.");
        var error = await Assert.ThrowsAsync<OperationException>(() => Service.StartAsync(drill, TimeSpan.FromMilliseconds(1), CancellationToken.None));
        Assert.Equal(DrillErrors.NotVisible, error.Definition);
        Assert.Contains("Nothing to be seen.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, drill.Cleared);
        Assert.False(Service.IsStarted(drill));
    }

    [Fact]
    public async Task A_start_that_fails_or_is_stopped_is_undone()
    {
        drill.Inject = _ => throw new OperationException(DatabaseErrors.QueryFailed, "No.", "x");
        Assert.Equal(DatabaseErrors.QueryFailed, (await Assert.ThrowsAsync<OperationException>(() => Service.StartAsync(drill, Long, CancellationToken.None))).Definition);
        using var stop = new CancellationTokenSource();
        drill.Inject = _ => stop.CancelAsync();
        drill.Look = () => new DrillSighting(false, "");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Service.StartAsync(drill, Long, stop.Token));
        Assert.Equal(2, drill.Cleared);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_mended()
    {
        await Service.StartAsync(drill, Long, CancellationToken.None);
        drill.Look = () => throw new OperationException(DatabaseErrors.TooManyConnections, "Too many.", "x");
        Assert.True(await Service.GetAsync(drill, CancellationToken.None) is { Detected: true, Resolved: false, Detail: "Too many." });
    }

    [Fact]
    public async Task A_damaged_record_is_an_error_that_stopping_clears()
    {
        await Service.StartAsync(drill, Long, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(Folder, "drill.json"), "{");
        Assert.Equal(DrillErrors.StateInvalid, (await Assert.ThrowsAsync<OperationException>(() => Service.GetAsync(drill, CancellationToken.None))).Definition);
        Assert.Null(await Service.StopAsync(drill, CancellationToken.None));
        Assert.Contains(lab.Warnings, warning => warning.Contains("not known", StringComparison.Ordinal));
        Assert.Equal(1, drill.Cleared);
        Assert.Equal(DrillErrors.NotStarted, (await Assert.ThrowsAsync<OperationException>(() => Service.StopAsync(drill, CancellationToken.None))).Definition);
    }

    [Fact]
    public async Task A_lab_whose_server_is_gone_has_no_drills()
    {
        await lab.Store.Read()!.Server(LabServerKind.Postgres)!.Process!.EndAsync();
        Assert.Equal(DrillErrors.LabNotRunning, (await Assert.ThrowsAsync<OperationException>(() => Service.StartAsync(drill, Long, CancellationToken.None))).Definition);
        Assert.Equal(0, drill.Cleared);
        Assert.False(Directory.Exists(Folder));
    }
}
