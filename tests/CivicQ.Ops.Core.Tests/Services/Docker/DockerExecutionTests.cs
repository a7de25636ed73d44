using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerExecutionTests : DockerTest
{
    private string name = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        name = await RunAsync(Idle);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public async Task Exit_codes_and_both_outputs_come_back(int code) =>
        Assert.Equal((code, "out\n", "err\n"), await ExecuteAsync(name, null, "sh", "-c", $"echo out; echo err >&2; exit {code}"));

    [SkippableFact]
    public async Task No_shell_is_in_between() =>
        Assert.Equal((0, "$HOME; \"it's\" *\n", ""), await ExecuteAsync(name, null, "echo", "$HOME; \"it's\" *"));

    [SkippableFact]
    public async Task Large_outputs_of_both_kinds_arrive_whole_and_slow_readers_are_waited_for()
    {
        var (output, error) = (0L, 0L);
        var pieces = 0;
        var code = await Client.ExecuteAsync(
            name,
            new ServiceCommand
            {
                Arguments = ["sh", "-c", "head -c 30000000 /dev/zero & head -c 20000000 /dev/zero >&2; wait"],
                Output = async (bytes, token) =>
                {
                    output += bytes.Length;
                    if (++pieces % 500 == 0)
                    {
                        await Task.Delay(1, token);
                    }
                },
                Error = (bytes, _) =>
                {
                    error += bytes.Length;
                    return ValueTask.CompletedTask;
                },
            },
            Token);

        Assert.Equal((0, 30_000_000L, 20_000_000L), (code, output, error));
    }

    [SkippableFact]
    public async Task A_program_reads_what_it_is_given_and_then_the_end()
    {
        var input = new byte[3_000_000];
        Array.Fill(input, (byte)'x');

        Assert.Equal((0, "3000000\n", ""), await ExecuteAsync(name, new MemoryStream(input), "wc", "-c"));
        Assert.Equal((0, "0\n", ""), await ExecuteAsync(name, new MemoryStream(), "wc", "-c"));
        Assert.Equal((0, "", ""), await ExecuteAsync(name, null, "cat"));
    }

    [SkippableFact]
    public async Task A_program_that_does_not_read_its_input_ends_all_the_same() =>
        Assert.Equal((4, "done\n", ""), await ExecuteAsync(name, new MemoryStream(new byte[20_000_000]), "sh", "-c", "echo done; exit 4"));

    [SkippableFact]
    public async Task A_program_that_is_not_there_is_an_error_and_not_an_output()
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => ExecuteAsync(name, null, "no-such-program"));

        Assert.Equal(DockerErrors.ProgramNotFound, error.Definition);
        Assert.Contains("no-such-program", error.Message, StringComparison.Ordinal);
        Assert.Equal(127, (await ExecuteAsync(name, null, "sh", "-c", "exit 127")).Code);
    }

    [SkippableFact]
    public async Task A_container_that_does_not_run_is_said()
    {
        await Client.StopAsync(name, TimeSpan.FromSeconds(5), Token);

        Assert.Equal(DockerErrors.Conflict, (await Assert.ThrowsAsync<OperationException>(() => ExecuteAsync(name, null, "true"))).Definition);
    }

    [SkippableFact]
    public async Task A_cancelled_call_ends_at_once()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = new TaskCompletionSource();
        var running = Client.ExecuteAsync(
            name,
            new ServiceCommand
            {
                Arguments = ["sh", "-c", "echo here; sleep 3600"],
                Output = (bytes, _) =>
                {
                    Assert.Equal("here\n", Encoding.UTF8.GetString(bytes.Span));
                    started.SetResult();
                    return ValueTask.CompletedTask;
                },
                Error = (_, _) => ValueTask.CompletedTask,
            },
            stop.Token);
        await started.Task.WaitAsync(Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((0, "", ""), await ExecuteAsync(name, null, "true"));
    }
}
