using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Lab;

/// <summary>The folder that the lab finds is not always as the lab left it.</summary>
public sealed class LabFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LabStore store;
    private readonly LabService service;

    public LabFolderTests()
    {
        store = new LabStore(folder.File("lab"));
        service = new LabService(NullReporter.Instance, store);
    }

    private static LabOptions Nothing => new() { Exclude = Enum.GetValues<LabServerKind>() };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_of_that_name_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(store.Folder);
        var thesis = Path.Combine(store.Folder, "thesis.txt");
        await File.WriteAllTextAsync(thesis, "three years");
        Assert.Same(LabErrors.FolderForeign, (await Assert.ThrowsAsync<OperationException>(() => service.StopAsync(CancellationToken.None))).Definition);
        Assert.Same(LabErrors.FolderForeign, (await Assert.ThrowsAsync<OperationException>(() => service.StartAsync(Nothing, CancellationToken.None))).Definition);
        Assert.True(File.Exists(thesis));
    }

    [Fact]
    public void The_lock_excludes_a_second_one_and_its_file_stays_the_same()
    {
        using (store.Lock())
        {
            Assert.Same(LabErrors.Busy, Assert.Throws<OperationException>(() => store.Lock()).Definition);
        }

        // Removed, it would leave a starter that had opened it before with a lock beside the next one's.
        Assert.True(File.Exists(store.Folder + ".lock"));
        store.Lock().Dispose();
    }

    [Fact]
    public void A_folder_that_may_not_be_looked_into_is_not_taken_for_no_lab()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Null(store.Read());
            return;
        }

        Directory.CreateDirectory(store.Folder);
        File.SetUnixFileMode(folder.Path, UnixFileMode.None);
        try
        {
            // Root may look everywhere; this thread alone looks as nobody.
            _ = SetFileSystemUser(65534);
            var read = Assert.Throws<OperationException>(() => store.Read());
            var stop = Assert.Throws<OperationException>(() => store.EnsureReadable());
            var start = Assert.Throws<OperationException>(() => store.ReadWhatThereIs());
            Assert.All([read, stop, start], error => Assert.Same(LabErrors.NotReadable, error.Definition));
            Assert.Contains(store.Folder, stop.Message, StringComparison.Ordinal);
        }
        finally
        {
            _ = SetFileSystemUser(SetFileSystemUser(-1) == 65534 ? 0 : -1);
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(int user);

    [Fact]
    public async Task What_a_broken_off_stop_left_is_removed()
    {
        Directory.CreateDirectory(Path.Combine(store.Folder, "redis"));
        Assert.True(await service.StopAsync(CancellationToken.None));
        Assert.False(Directory.Exists(store.Folder));
    }

    [Theory]
    [InlineData("{ \"id\": garbage")]
    [InlineData("null")]
    [InlineData("""{ "id": "x", "startedAt": "2026-01-01T00:00:00Z", "postgresFolder": "/nowhere", "scale": 1, "complete": true, "servers": null }""")]
    [InlineData("""{ "id": "x", "startedAt": "2026-01-01T00:00:00Z", "postgresFolder": "/nowhere", "scale": 1, "complete": true, "servers": [null] }""")]
    [InlineData("""{ "id": null, "startedAt": "2026-01-01T00:00:00Z", "postgresFolder": null, "scale": 1, "complete": true }""")]
    public async Task A_damaged_state_is_named_and_can_be_cleared(string text)
    {
        Directory.CreateDirectory(store.Folder);
        await File.WriteAllTextAsync(Path.Combine(store.Folder, "state.json"), text);
        Assert.Null(LabEnvironment.Read(store));
        Assert.Same(LabErrors.StateInvalid, (await Assert.ThrowsAsync<OperationException>(() => service.GetAsync(CancellationToken.None))).Definition);
        Assert.True(await service.StopAsync(CancellationToken.None));
        Assert.False(Directory.Exists(store.Folder));
    }

    [Fact]
    public async Task A_state_that_names_a_folder_of_somebody_elses_does_not_remove_it()
    {
        var home = Directory.CreateDirectory(folder.File("home")).FullName;
        store.Write(new LabState { Id = "0123456789abcdef01234567", StartedAt = DateTimeOffset.UnixEpoch, PostgresFolder = home, Scale = 1 });
        await service.StopAsync(CancellationToken.None);
        Assert.True(Directory.Exists(home));
    }

    [Fact]
    public async Task A_server_is_found_though_the_state_is_lost()
    {
        await using var lab = new TestLab();
        await lab.Service.StartAsync(TestLab.Options with { Exclude = [LabServerKind.Redis, LabServerKind.Api, LabServerKind.Celery] }, CancellationToken.None);
        var state = lab.Store.Read()!;
        await File.WriteAllTextAsync(Path.Combine(lab.Store.Folder, "state.json"), "{ torn");
        Assert.True(await lab.Service.StopAsync(CancellationToken.None));
        Assert.Empty(TestLab.ProcessesOf(state));
        Assert.False(Directory.Exists(state.PostgresFolder), string.Create(CultureInfo.InvariantCulture, $"{state.PostgresFolder} is still there."));
    }

    [Fact]
    public async Task A_start_that_was_broken_off_is_told_from_a_lab_that_runs()
    {
        store.Begin(new LabState
        {
            Id = "0123456789abcdef01234567",
            StartedAt = DateTimeOffset.UnixEpoch,
            PostgresFolder = Path.Combine(store.Folder, "postgres"),
            Scale = 1,
            Servers = [new LabStateServer(LabServerKind.Api, LabProcess.Find(Environment.ProcessId))],
        });
        var api = (await service.GetAsync(CancellationToken.None)).Single(server => server.Name == LabServerKind.Api);
        Assert.Null(api.Endpoint);
        Assert.Contains("broken off", api.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(folder.File("file"), "");
        var below = new LabService(NullReporter.Instance, new LabStore(Path.Combine(folder.File("file"), "state", "lab")));
        var error = await Assert.ThrowsAsync<OperationException>(() => below.StartAsync(Nothing, CancellationToken.None));
        Assert.Same(LabErrors.FolderNotWritable, error.Definition);
    }
}
